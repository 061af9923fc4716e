INSERT INTO pipeline_opportunity (
    id, name, account_id, account_name, product_id, product_name, owner_id, owner_name, territory_id, motion,
    stage_id, amount, currency, engaged_on, closed_on, source, external_id
)
SELECT
    target_id, name, account_id, account_name, product_id, product_name, owner_id, owner_name, territory_id, motion,
    stage_id, amount, coalesce(nullif(currency, ''), %(currency)s), engaged_on, closed_on, %(source)s, identity
FROM live
WHERE verdict = 'create'
ON CONFLICT (source, external_id) DO NOTHING
