UPDATE live
SET target_id = spend.id
FROM campaigns_spend AS spend
WHERE spend.campaign_id = live.campaign_id AND spend.spent_on = live.spent_on AND spend.currency = live.currency
