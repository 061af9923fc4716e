SELECT {value} AS value, count(*) AS accounts
FROM accounts_account AS account
WHERE {value} IS NOT NULL
GROUP BY 1
ORDER BY 2 DESC, 1
