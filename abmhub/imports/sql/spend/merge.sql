UPDATE live
SET verdict = CASE WHEN live.amount <> spend.amount THEN 'update' ELSE 'unchanged' END
FROM campaigns_spend AS spend
WHERE spend.id = live.target_id
