-- The intent of a shard that counts on any of its days. That a provider reported in a week at all is known from
-- everybody: one row that is nobody's tells it.
SELECT observation.account_id, observation.provider_id, observation.topic_id, observation.week_on, observation.level
FROM signals_intentobservation AS observation
JOIN accounts_account AS account ON account.id = observation.account_id
WHERE observation.week_on >= %(since_on)s AND observation.week_on <= %(until_on)s
UNION ALL
SELECT 0, provider.id, 0, week.starts_on, 0
FROM signals_intentprovider AS provider
CROSS JOIN LATERAL (
    SELECT %(since_on)s::date + 7 * number AS starts_on
    FROM generate_series(0, (%(until_on)s::date - %(since_on)s::date) / 7) AS number
) AS week
WHERE EXISTS (
    SELECT FROM signals_intentobservation AS any_account
    WHERE any_account.provider_id = provider.id AND any_account.week_on = week.starts_on
)
