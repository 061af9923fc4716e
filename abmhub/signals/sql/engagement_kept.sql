-- The engagement of accounts, in units, by the magnitudes that are kept of it.
SELECT account_id, {units} AS units
FROM signals_engagementstate
WHERE {accounts}
