UPDATE live
SET target_id = product.id
FROM pipeline_product AS product
WHERE lower(product.name) = live.identity
