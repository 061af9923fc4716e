-- The figures of all deals together, and of each key. Closed deals count by their closing day, open ones as they are.
WITH RECURSIVE deal AS (
    SELECT * FROM ({deals}) AS begun
    WHERE (%(motion)s::text IS NULL OR motion = %(motion)s)
        AND (outcome = 'open' OR %(since)s::date IS NULL OR closed_on >= %(since)s)
        AND (outcome = 'open' OR %(until)s::date IS NULL OR closed_on <= %(until)s)
),
-- Up from every subsidiary; 50 steps end a chain that somebody closed to a ring.
climb AS (
    SELECT id AS account_id, parent_id AS ancestor_id, 1 AS steps
    FROM accounts_account
    WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT climb.account_id, parent.parent_id, climb.steps + 1
    FROM climb
    JOIN accounts_account AS parent ON parent.id = climb.ancestor_id
    WHERE parent.parent_id IS NOT NULL AND climb.steps < 50
),
top AS (
    SELECT DISTINCT ON (account_id) account_id, ancestor_id FROM climb ORDER BY account_id, steps DESC
),
keyed AS (
    SELECT deal.*, {identity} AS identity, {label} AS label
    FROM deal
    {joins}
)
SELECT
    grouping(identity) = 1 AS is_total,
    label AS key,
    count(*) FILTER (WHERE outcome = 'won') AS won,
    count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = 'open') AS open,
    coalesce(sum(amount) FILTER (WHERE outcome = 'won'), 0) AS won_amount,
    coalesce(sum(amount) FILTER (WHERE outcome = 'open'), 0) AS open_amount,
    avg(amount) FILTER (WHERE outcome = 'won') AS mean_won,
    -- In cents: the middle of two whole numbers is exact, even as a float.
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (100 * amount)::float8) FILTER (WHERE outcome = 'won')
        AS median_won_cents,
    avg(closed_on - engaged_on) FILTER (WHERE outcome = 'won') AS cycle_days_mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (closed_on - engaged_on)::float8) FILTER (WHERE outcome = 'won')
        AS cycle_days_median
FROM keyed
GROUP BY GROUPING SETS ((), (identity, label))
ORDER BY is_total DESC, {order}
