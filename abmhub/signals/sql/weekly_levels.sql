-- Every week of the topics that an account was lately seen on, oldest first. A week in which the provider reported
-- on others only is level 0; one without any report has none. The part "accounts" is a condition on "observation".
WITH reported AS (
    SELECT
        provider.id AS provider_id,
        week.starts_on,
        EXISTS (
            SELECT FROM signals_intentobservation AS any_account
            WHERE any_account.provider_id = provider.id AND any_account.week_on = week.starts_on
        ) AS is_known
    FROM signals_intentprovider AS provider
    CROSS JOIN LATERAL (
        SELECT %(this_week)s::date - 7 * back AS starts_on FROM generate_series(0, %(weeks)s) AS back
    ) AS week
    WHERE provider.is_scored
), latest AS (
    SELECT provider_id, greatest(max(starts_on) FILTER (WHERE is_known), %(this_week)s::date - 7) AS latest_on
    FROM reported
    GROUP BY provider_id
), week AS (
    SELECT
        provider_id,
        starts_on AS week_on,
        is_known,
        starts_on > latest_on - 7 * %(recent_weeks)s AS is_recent
    FROM reported
    JOIN latest USING (provider_id)
    WHERE starts_on <= latest_on AND starts_on > latest_on - 7 * %(weeks)s
), read AS (
    SELECT observation.provider_id, observation.topic_id, observation.week_on, observation.level
    FROM signals_intentobservation AS observation
    WHERE {accounts}
        AND observation.week_on <= %(this_week)s AND observation.week_on >= %(this_week)s::date - 7 * %(weeks)s
)
SELECT
    topic.topic_id,
    week.provider_id,
    week.week_on,
    CASE WHEN week.is_known THEN coalesce(read.level, 0) END AS level,
    week.is_recent
FROM week
JOIN (
    SELECT DISTINCT read.provider_id, read.topic_id
    FROM read
    JOIN week USING (provider_id, week_on)
) AS topic USING (provider_id)
LEFT JOIN read USING (provider_id, topic_id, week_on)
ORDER BY topic.topic_id, week.provider_id, week.week_on
