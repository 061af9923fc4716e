-- The account and everything below it, each once: a roll-up over these counts nothing twice, even where somebody
-- closed a circle of parents behind our back.
WITH RECURSIVE below AS (
    SELECT id FROM accounts_account WHERE id = %(account)s
    UNION
    SELECT child.id FROM below JOIN accounts_account AS child ON child.parent_id = below.id
)
SELECT id FROM below
