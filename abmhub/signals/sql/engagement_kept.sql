-- The engagement of some accounts, in units, by the magnitudes that are kept of it.
SELECT account_id, {units} AS units
FROM signals_engagementstate
WHERE account_id IN ({among})
