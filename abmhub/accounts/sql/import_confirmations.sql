-- A source that says again what we know makes the account fresh; that is no change of it.
UPDATE accounts_account AS account
SET refreshed_at = %(at)s, refreshed_from = %(source)s
FROM live
WHERE account.id = live.target_id AND live.verdict = 'unchanged'
