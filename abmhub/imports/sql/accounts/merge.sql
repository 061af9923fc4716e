-- What each account will be: an empty cell says nothing and changes nothing, and so it is for each attribute.
UPDATE live
SET
    domain = merged.domain,
    industry = merged.industry,
    country = merged.country,
    headquarters = merged.headquarters,
    segment = merged.segment,
    employees = merged.employees,
    annual_revenue_amount = merged.annual_revenue_amount,
    acv_amount = merged.acv_amount,
    currency = merged.currency,
    founded_year = merged.founded_year,
    technologies = merged.technologies,
    attributes = merged.attributes,
    parent_id = merged.parent_id,
    owner_id = merged.owner_id,
    territory_id = merged.territory_id,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT new.*, ROW(
        live.name, new.domain, new.industry, new.country, new.headquarters, new.segment, new.employees,
        new.annual_revenue_amount, new.acv_amount, new.currency, new.founded_year, new.technologies, new.attributes,
        new.parent_id, new.owner_id, new.territory_id
    ) IS DISTINCT FROM ROW(
        old.name, old.domain, old.industry, old.country, old.headquarters, old.segment, old.employees,
        old.annual_revenue_amount, old.acv_amount, old.currency, old.founded_year, old.technologies::text[], old.attributes,
        old.parent_id, old.owner_id, old.territory_id
    ) AS differs
    FROM live
    JOIN accounts_account AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(live.domain, old.domain) AS domain,
            coalesce(nullif(live.industry, ''), old.industry) AS industry,
            coalesce(nullif(live.country, ''), old.country) AS country,
            coalesce(nullif(live.headquarters, ''), old.headquarters) AS headquarters,
            coalesce(nullif(live.segment, ''), old.segment) AS segment,
            coalesce(live.employees, old.employees) AS employees,
            coalesce(live.annual_revenue_amount, old.annual_revenue_amount) AS annual_revenue_amount,
            coalesce(live.acv_amount, old.acv_amount) AS acv_amount,
            coalesce(nullif(live.currency, ''), old.currency) AS currency,
            coalesce(live.founded_year, old.founded_year) AS founded_year,
            coalesce(live.technologies, old.technologies::text[]) AS technologies,
            old.attributes || live.attributes AS attributes,
            coalesce(live.parent_id, old.parent_id) AS parent_id,
            coalesce(live.owner_id, old.owner_id) AS owner_id,
            coalesce(live.territory_id, old.territory_id) AS territory_id
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
