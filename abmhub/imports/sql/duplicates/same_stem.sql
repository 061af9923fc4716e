-- Accounts whose domains differ in their ending alone: acme.com and acme.de. Compared, and in order, by bytes, as the
-- index is: in the order of keys the planner may walk through all accounts for each new one.
SELECT new.id AS new_id, old.id AS old_id
FROM live
JOIN accounts_account AS new ON new.id = live.target_id
CROSS JOIN LATERAL (
    SELECT account.id
    FROM accounts_account AS account
    WHERE account.domain ~>=~ (split_part(new.domain, '.', 1) || '.')
        AND account.domain ~<~ (split_part(new.domain, '.', 1) || '/')
        AND account.id <> new.id
    ORDER BY account.domain USING ~<~
    LIMIT %(each)s
) AS old
WHERE live.verdict = 'create' AND length(split_part(new.domain, '.', 1)) >= %(letters)s
ORDER BY live.row_number
LIMIT %(at_most)s
