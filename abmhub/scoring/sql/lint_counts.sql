-- How many accounts there are, of how many each criterion can tell, and how many meet it.
SELECT count(*) AS accounts{counts}
FROM accounts_account AS account
