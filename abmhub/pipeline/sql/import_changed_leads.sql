UPDATE pipeline_lead AS lead
SET
    name = live.name,
    company_name = live.company_name,
    email = live.email,
    account_id = live.account_id,
    campaign_id = live.campaign_id,
    created_on = live.created_on,
    mql_on = live.mql_on,
    sql_on = live.sql_on,
    opportunity_id = live.opportunity_id
FROM live
WHERE lead.id = live.target_id AND live.verdict = 'update'
