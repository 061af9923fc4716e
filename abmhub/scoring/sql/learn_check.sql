-- How many of the best and of the rest have each fit, in the half that nothing was learned from.
SELECT
    fits.fit,
    count(*) FILTER (WHERE account.is_best) AS best,
    count(*) FILTER (WHERE NOT account.is_best) AS rest
FROM ({population}) AS account
CROSS JOIN LATERAL ({fits}) AS fits
WHERE NOT account.is_first_half
GROUP BY fits.fit
