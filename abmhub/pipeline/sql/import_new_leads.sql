INSERT INTO pipeline_lead (
    id, name, company_name, email, account_id, campaign_id, created_on, mql_on, sql_on, opportunity_id, source, external_id
)
SELECT
    target_id, name, company_name, email, account_id, campaign_id, created_on, mql_on, sql_on, opportunity_id, %(source)s,
    identity
FROM live
WHERE verdict = 'create'
ON CONFLICT (source, external_id) DO NOTHING
