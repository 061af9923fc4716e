UPDATE campaigns_spend AS spend
SET amount = live.amount
FROM live
WHERE spend.id = live.target_id AND live.verdict = 'update'
