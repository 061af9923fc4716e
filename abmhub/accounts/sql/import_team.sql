-- Whoever owns a deal with an account works it, and so may see it.
INSERT INTO accounts_accountteammember (account_id, user_id, reason)
SELECT DISTINCT account_id, owner_id, 'Owns a deal with the account.'
FROM live
WHERE account_id IS NOT NULL AND owner_id IS NOT NULL
ON CONFLICT (user_id, account_id) DO NOTHING
