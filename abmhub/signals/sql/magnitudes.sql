-- What the events of each account amount to as of the landmarks, one number for each half-life.
SELECT account_id, {magnitudes} AS magnitudes
FROM ({contributions}) AS contribution
GROUP BY account_id
