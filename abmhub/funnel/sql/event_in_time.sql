-- Events that complete as many as are asked for, within the days that are given, or however long it took.
SELECT account_id, occurred_at
FROM (
    SELECT
        account_id,
        occurred_at,
        lag(occurred_at, %(least_events)s::integer - 1) OVER (PARTITION BY account_id ORDER BY occurred_at) AS since
    FROM meaningful
) AS run
WHERE since IS NOT NULL
    AND (%(within_days)s::integer IS NULL OR occurred_at - since <= make_interval(days => %(within_days)s))
