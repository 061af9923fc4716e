-- The whole tree that an account is part of, the topmost first, each under its parent and by name. A circle of
-- parents has no topmost: then the oldest account of it counts as that.
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM accounts_account WHERE id = %(account)s
    UNION
    SELECT parent.id, parent.parent_id
    FROM above
    JOIN accounts_account AS parent ON parent.id = above.parent_id
), tree AS (
    SELECT id, 0 AS depth, ARRAY[]::text[] AS place
    FROM (SELECT id FROM above ORDER BY parent_id IS NOT NULL, id LIMIT 1) AS topmost
    UNION ALL
    SELECT child.id, tree.depth + 1, tree.place || child.normalized_name::text || child.id::text
    FROM tree
    JOIN accounts_account AS child ON child.parent_id = tree.id
) CYCLE id SET is_again USING path
SELECT id, depth
FROM tree
WHERE NOT is_again
ORDER BY place
LIMIT %(at_most)s
