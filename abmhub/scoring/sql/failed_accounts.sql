-- The names of the accounts that could not be computed tonight.
SELECT account.name FROM tonight_failed JOIN accounts_account AS account ON account.id = account_id ORDER BY account.id
