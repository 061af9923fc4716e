-- What days with new events amount to with them, less what they did without.
INSERT INTO signals_engagementstate AS standing (account_id, magnitudes)
SELECT account_id, {sums}
FROM tonight_magnitude AS after
LEFT JOIN tonight_magnitude_before AS before USING (account_id)
LEFT JOIN signals_engagementstate AS kept USING (account_id)
ON CONFLICT (account_id) DO UPDATE SET magnitudes = excluded.magnitudes
