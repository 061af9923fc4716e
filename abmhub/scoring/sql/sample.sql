-- How many accounts are among the best, and how many are not.
SELECT count(*) FILTER (WHERE is_best) AS best, count(*) FILTER (WHERE NOT is_best) AS rest
FROM ({population}) AS account
