-- How many accounts are in a tier.
SELECT count(*) AS accounts FROM tonight WHERE tier_id IS NOT NULL
