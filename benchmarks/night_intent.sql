-- The observations of some weeks, those of a series in seven weeks of ten.
INSERT INTO signals_intentobservation (account_id, provider_id, topic_id, week_on, level)
SELECT
    account_id, 901, topic_id, week_on::date,
    least(100, base_level + floor(random() * 10)::integer + CASE WHEN back / 7 %% 60 BETWEEN surge_week AND surge_week + 3 THEN 50 ELSE 0 END)
FROM benchmark_series
CROSS JOIN LATERAL (
    SELECT week_on, week_on::date - DATE '2020-01-06' AS back
    FROM generate_series(%(first_week)s::date, %(last_week)s::date, interval '7 days') AS week_on
) AS week
WHERE random() < 0.7
ON CONFLICT DO NOTHING
