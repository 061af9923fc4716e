-- How strongly each account reads about each topic, by provider: one row a series of weekly levels.
-- The part "accounts" says whose, as a condition on "observation". The arithmetic is explained in signals/intent.py.
WITH delivered AS (
    {delivered}
),
latest AS (
    SELECT provider_id, greatest(max(starts_on), %(this_week)s::date - 7) AS latest_on
    FROM delivered
    GROUP BY provider_id
),
clock AS (
    SELECT
        provider_id,
        latest_on,
        latest_on - 7 * %(recent_weeks)s AS baseline_until_on,
        latest_on - 7 * (%(recent_weeks)s + %(baseline_weeks)s) AS before_on,
        count(*) FILTER (WHERE starts_on > latest_on - 7 * %(recent_weeks)s) AS recent_n,
        count(*) FILTER (
            WHERE starts_on <= latest_on - 7 * %(recent_weeks)s
            AND starts_on > latest_on - 7 * (%(recent_weeks)s + %(baseline_weeks)s)
        ) AS baseline_n
    FROM delivered
    JOIN latest USING (provider_id)
    GROUP BY provider_id, latest_on
),
series AS (
    SELECT
        observation.account_id,
        observation.provider_id,
        observation.topic_id,
        clock.recent_n,
        clock.baseline_n,
        coalesce(sum(level) FILTER (WHERE week_on > baseline_until_on), 0) AS recent_sum,
        coalesce(sum(level) FILTER (WHERE week_on <= baseline_until_on), 0) AS baseline_sum,
        coalesce(sum(level * level) FILTER (WHERE week_on <= baseline_until_on), 0) AS baseline_squares,
        count(*) FILTER (WHERE week_on <= baseline_until_on AND level > 0) AS seen_n
    FROM signals_intentobservation AS observation
    JOIN clock ON clock.provider_id = observation.provider_id
        AND observation.week_on > clock.before_on AND observation.week_on <= clock.latest_on
    WHERE {accounts}
        AND observation.week_on <= %(this_week)s
        AND observation.week_on > %(this_week)s::date - 7 * (%(recent_weeks)s + %(baseline_weeks)s + 1)
    GROUP BY observation.account_id, observation.provider_id, observation.topic_id, clock.recent_n, clock.baseline_n
),
measured AS (
    SELECT
        account_id,
        provider_id,
        topic_id,
        seen_n,
        baseline_n,
        recent_sum::float8 / nullif(recent_n, 0) AS recent_mean,
        baseline_sum::float8 / nullif(baseline_n, 0) AS baseline_mean,
        sqrt(
            (baseline_n * baseline_squares - baseline_sum * baseline_sum)::float8
            / nullif(baseline_n * (baseline_n - 1), 0)
        ) AS baseline_stddev
    FROM series
),
judged AS (
    SELECT
        measured.*,
        CASE WHEN baseline_n >= %(least_baseline_weeks)s AND seen_n >= %(least_seen_weeks)s
            THEN (recent_mean - baseline_mean) / greatest(baseline_stddev, %(least_stddev)s)
        END AS surge
    FROM measured
)
SELECT
    account_id,
    provider_id,
    topic_id,
    recent_mean,
    baseline_mean,
    baseline_stddev,
    surge,
    coalesce(surge >= %(surge_from)s AND recent_mean >= %(least_level)s, FALSE) AS is_surging,
    floor(
        CASE WHEN surge >= %(surge_from)s AND recent_mean >= %(least_level)s
            THEN recent_mean
            ELSE recent_mean / 2
        END + 0.5
    )::int AS value
FROM judged
