-- Whoever owns a deal with an account works it, and so may see it. A deal without news brings nobody back whom an
-- administrator has taken off.
INSERT INTO accounts_accountteammember (account_id, user_id, reason)
SELECT DISTINCT account_id, owner_id, 'Owns a deal with the account.'
FROM live
WHERE verdict <> 'unchanged' AND account_id IS NOT NULL AND owner_id IS NOT NULL
ON CONFLICT (user_id, account_id) DO NOTHING
