INSERT INTO accounts_standing (account_id)
SELECT id
FROM live
JOIN accounts_account AS account ON account.id = live.target_id
WHERE live.verdict = 'create'
ON CONFLICT (account_id) DO NOTHING
