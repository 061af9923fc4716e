-- The cells as what is kept of accounts sums to them.
INSERT INTO funnel_marketcell (tier, segment, industry, territory_key, accounts, with_acv, acv_amount)
SELECT tier, segment, industry, territory_key, count(*), count(acv_amount), coalesce(sum(acv_amount), 0)
FROM funnel_marketaccount
WHERE is_counted
GROUP BY tier, segment, industry, territory_key
