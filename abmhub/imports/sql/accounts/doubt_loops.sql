-- Walk up from every row that names a parent, through this file and the accounts we have: whoever comes back
-- to where they started would be their own ancestor.
WITH RECURSIVE above AS (
    SELECT target_id AS origin, parent_id AS at, 1 AS steps
    FROM live
    WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT above.origin, coalesce(staged.parent_id, account.parent_id), above.steps + 1
    FROM above
    LEFT JOIN live AS staged ON staged.target_id = above.at
    LEFT JOIN accounts_account AS account ON account.id = above.at
    WHERE above.at <> above.origin AND above.at IS NOT NULL AND above.steps < 50
), cleared AS (
    UPDATE live SET parent_id = NULL FROM above
    WHERE live.target_id = above.origin AND above.at = above.origin
    RETURNING live.row_number, live.parent_name
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT DISTINCT row_number, 'parent', left(parent_name, 200), 'That parent would make a circle of parents.'
FROM cleared
