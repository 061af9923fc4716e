UPDATE accounts_account AS account
SET
    name = live.name,
    normalized_name = live.normalized_name,
    domain = live.domain,
    industry = live.industry,
    country = live.country,
    headquarters = live.headquarters,
    segment = live.segment,
    employees = live.employees,
    annual_revenue_amount = live.annual_revenue_amount,
    acv_amount = live.acv_amount,
    currency = live.currency,
    founded_year = live.founded_year,
    technologies = live.technologies,
    attributes = live.attributes,
    parent_id = live.parent_id,
    owner_id = live.owner_id,
    territory_id = live.territory_id,
    refreshed_at = %(at)s,
    refreshed_from = %(source)s,
    updated_at = %(at)s
FROM live
WHERE account.id = live.target_id AND live.verdict = 'update'
