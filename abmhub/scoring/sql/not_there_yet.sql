-- Accounts that were made after the day were not known on it.
DELETE FROM pg_temp.tonight_score AS score
USING accounts_account AS account
WHERE account.id = score.account_id AND account.created_at >= %(over)s
