INSERT INTO accounts_standing (account_id)
SELECT target_id
FROM live
WHERE verdict = 'create'
ON CONFLICT (account_id) DO NOTHING
