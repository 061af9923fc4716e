-- A deal belongs to the territory of its owner, where that is only one.
UPDATE live
SET territory_id = worked.territory_id
FROM (
    SELECT user_id, min(territory_id) AS territory_id
    FROM accounts_territory_members
    GROUP BY user_id
    HAVING count(*) = 1
) AS worked
WHERE worked.user_id = live.owner_id
