UPDATE pipeline_product AS product
SET
    name = live.name,
    series = live.series,
    list_price_amount = live.list_price_amount,
    currency = live.currency
FROM live
WHERE product.id = live.target_id AND live.verdict = 'update'
