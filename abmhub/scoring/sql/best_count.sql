-- How many accounts are among the best.
SELECT count(*) AS best FROM ({population}) AS account WHERE account.is_best
