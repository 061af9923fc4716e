-- What the market counts of accounts from now on.
INSERT INTO funnel_marketaccount AS kept (
    account_id, tier, segment, industry, territory_key, acv_amount, is_counted
)
SELECT account_id, tier, segment, industry, territory_key, acv_amount, is_counted
FROM tonight_market
WHERE is_there
ON CONFLICT (account_id) DO UPDATE SET
    tier = excluded.tier,
    segment = excluded.segment,
    industry = excluded.industry,
    territory_key = excluded.territory_key,
    acv_amount = excluded.acv_amount,
    is_counted = excluded.is_counted
