-- Accounts whose won deals in the business currency come to an amount.
SELECT opportunity.account_id
FROM pipeline_opportunity AS opportunity
JOIN pipeline_stage AS stage ON stage.id = opportunity.stage_id AND stage.kind = 'won'
WHERE opportunity.account_id IS NOT NULL
    AND opportunity.closed_on <= {as_of}
    AND opportunity.currency = %(currency)s
GROUP BY opportunity.account_id
HAVING sum(opportunity.amount) >= {amount}
