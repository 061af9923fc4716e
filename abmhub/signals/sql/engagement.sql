-- The engagement of every account that has any, in units.
SELECT account_id, sum(units)::bigint AS units
FROM ({contributions}) AS contribution
GROUP BY account_id
