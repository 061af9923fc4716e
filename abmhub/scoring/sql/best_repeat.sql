-- Accounts that won deals of two cycles: one deal began after another had been closed.
SELECT opportunity.account_id
FROM pipeline_opportunity AS opportunity
JOIN pipeline_stage AS stage ON stage.id = opportunity.stage_id AND stage.kind = 'won'
WHERE opportunity.account_id IS NOT NULL AND opportunity.closed_on <= {as_of}
GROUP BY opportunity.account_id
HAVING min(opportunity.closed_on)
    < max(opportunity.engaged_on) FILTER (WHERE opportunity.engaged_on <= opportunity.closed_on)
