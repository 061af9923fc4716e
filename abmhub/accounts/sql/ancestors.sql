-- The account itself and everything above it.
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM accounts_account WHERE id = %(account)s
    UNION
    SELECT parent.id, parent.parent_id
    FROM above
    JOIN accounts_account AS parent ON parent.id = above.parent_id
)
SELECT id FROM above
