-- The tier that the night found for every account.
SELECT account_id, tier_id FROM tonight
