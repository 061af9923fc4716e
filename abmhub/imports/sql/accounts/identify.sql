UPDATE live
SET identity = CASE
    WHEN external_id <> '' THEN external_id
    WHEN domain IS NOT NULL THEN 'domain:' || domain
    ELSE 'name:' || normalized_name || coalesce('|' || nullif(country, ''), '')
END
