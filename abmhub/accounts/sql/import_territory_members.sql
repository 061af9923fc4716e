INSERT INTO accounts_territory_members (territory_id, user_id)
SELECT territory_id, target_id
FROM live
WHERE territory_id IS NOT NULL
ON CONFLICT DO NOTHING
