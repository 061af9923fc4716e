INSERT INTO campaigns_spend (id, campaign_id, spent_on, amount, currency)
SELECT target_id, campaign_id, spent_on, amount, currency
FROM live
WHERE verdict = 'create'
ON CONFLICT (campaign_id, spent_on, currency) DO NOTHING
