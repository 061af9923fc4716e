INSERT INTO accounts_account (
    id, name, normalized_name, domain, industry, country, headquarters, segment, employees, annual_revenue_amount,
    acv_amount, currency, founded_year, technologies, attributes, parent_id, owner_id, territory_id, refreshed_at,
    refreshed_from
)
SELECT
    target_id, name, normalized_name, domain, industry, country, headquarters, segment, employees, annual_revenue_amount,
    acv_amount, coalesce(nullif(currency, ''), %(currency)s), founded_year, coalesce(technologies, '{}'),
    attributes, parent_id, owner_id, territory_id, %(at)s, %(source)s
FROM live
WHERE verdict = 'create'
ON CONFLICT (domain) DO NOTHING
