-- What the events amount to, written only where it differs from what stands there.
INSERT INTO signals_engagementstate AS kept (account_id, magnitudes)
SELECT account_id, tonight.magnitudes
FROM tonight_magnitude AS tonight
LEFT JOIN signals_engagementstate AS stands USING (account_id)
WHERE stands.magnitudes IS DISTINCT FROM tonight.magnitudes
ON CONFLICT (account_id) DO UPDATE SET magnitudes = excluded.magnitudes
