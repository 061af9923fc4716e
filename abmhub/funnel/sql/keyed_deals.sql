-- The deals of a period, each with its key and with what people call that. Closed ones count by their closing day,
-- open ones as they are.
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
)
SELECT deal.*, {identity} AS identity, {label} AS label
FROM deal
{joins}
