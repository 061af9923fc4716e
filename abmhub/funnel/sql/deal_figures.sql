-- The figures of all deals together, and of each key where there are any: nothing is sorted by key for the whole alone. A deal that was closed before it began says nothing of the cycle.
SELECT
    {is_total} AS is_total,
    {label} AS key,
    {identity} AS identity,
    count(*) FILTER (WHERE outcome = 'won') AS won,
    count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = 'open') AS open,
    coalesce(sum(amount) FILTER (WHERE outcome = 'won'), 0) AS won_amount,
    coalesce(sum(amount) FILTER (WHERE outcome = 'open'), 0) AS open_amount,
    avg(amount) FILTER (WHERE outcome = 'won') AS mean_won,
    -- In cents: the middle of two whole numbers is exact, even as a float.
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (100 * amount)::float8) FILTER (WHERE outcome = 'won')
        AS median_won_cents,
    avg(closed_on - engaged_on) FILTER (WHERE outcome = 'won' AND closed_on >= engaged_on) AS cycle_days_mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (closed_on - engaged_on)::float8) FILTER (
        WHERE outcome = 'won' AND closed_on >= engaged_on
    ) AS cycle_days_median,
    count(*) FILTER (WHERE outcome = 'won' AND closed_on < engaged_on) AS cycle_left_out
FROM ({keyed}) AS keyed
GROUP BY {groups}
ORDER BY is_total DESC, {order}
