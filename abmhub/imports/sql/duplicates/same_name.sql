-- Accounts of one name of which one is new: domain, key or country kept them apart.
SELECT new.id AS new_id, old.id AS old_id
FROM live
JOIN accounts_account AS new ON new.id = live.target_id
CROSS JOIN LATERAL (
    SELECT account.id
    FROM accounts_account AS account
    WHERE account.normalized_name = new.normalized_name AND account.id <> new.id
    ORDER BY account.id
    LIMIT %(each)s
) AS old
WHERE live.verdict = 'create'
ORDER BY live.row_number
LIMIT %(at_most)s
