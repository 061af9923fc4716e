-- Accounts of one name of which one is new: domain, key or country kept them apart. Each name is looked up once,
-- however many rows have it.
WITH fresh AS (
    SELECT live.row_number, new.id, new.normalized_name
    FROM live
    JOIN accounts_account AS new ON new.id = live.target_id
    WHERE live.verdict = 'create'
),
shared AS (
    SELECT account.normalized_name, (array_agg(account.id ORDER BY account.id))[: %(each)s + 1] AS ids
    FROM accounts_account AS account
    WHERE account.normalized_name IN (SELECT fresh.normalized_name FROM fresh)
    GROUP BY account.normalized_name
    HAVING count(*) > 1
)
SELECT fresh.id AS new_id, old.id AS old_id
FROM fresh
JOIN shared ON shared.normalized_name = fresh.normalized_name
CROSS JOIN LATERAL (
    SELECT key AS id
    FROM unnest(shared.ids) AS key
    WHERE key <> fresh.id
    ORDER BY key
    LIMIT %(each)s
) AS old
ORDER BY fresh.row_number
LIMIT %(at_most)s
