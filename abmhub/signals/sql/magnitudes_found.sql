-- What the events amount to, written only where it differs from what stands there.
INSERT INTO signals_engagementstate AS kept (account_id, magnitudes)
SELECT account_id, magnitudes FROM tonight_magnitude
ON CONFLICT (account_id) DO UPDATE SET magnitudes = excluded.magnitudes
WHERE kept.magnitudes <> excluded.magnitudes
