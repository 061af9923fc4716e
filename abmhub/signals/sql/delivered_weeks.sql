-- The weeks, of those that a baseline and what is recent take, in which a scored provider reported on anybody.
SELECT provider.id AS provider_id, week.starts_on
FROM signals_intentprovider AS provider
CROSS JOIN LATERAL (
    SELECT %(this_week)s::date - 7 * back AS starts_on FROM generate_series(0, %(recent_weeks)s + %(baseline_weeks)s) AS back
) AS week
-- A value, not EXISTS, so that one row of each week is looked up instead of all being joined; from one week to the same,
-- in order, because for an equality each month would be read until a row of the week comes.
WHERE provider.is_scored AND (
    SELECT TRUE
    FROM signals_intentobservation AS any_account
    WHERE any_account.provider_id = provider.id AND any_account.week_on BETWEEN week.starts_on AND week.starts_on
    ORDER BY any_account.week_on
    LIMIT 1
)
