INSERT INTO pipeline_product (id, name, series, list_price_amount, currency)
SELECT target_id, name, series, list_price_amount, coalesce(nullif(currency, ''), %(currency)s)
FROM live
WHERE verdict = 'create'
ON CONFLICT (name) DO NOTHING
