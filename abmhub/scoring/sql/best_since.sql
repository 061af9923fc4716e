-- Accounts that won their first deal on a day or before.
SELECT DISTINCT opportunity.account_id
FROM pipeline_opportunity AS opportunity
JOIN pipeline_stage AS stage ON stage.id = opportunity.stage_id AND stage.kind = 'won'
WHERE opportunity.account_id IS NOT NULL AND opportunity.closed_on <= {since}
