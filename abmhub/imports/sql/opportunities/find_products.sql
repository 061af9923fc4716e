UPDATE live
SET product_id = coalesce(
    (
        SELECT settlement.product_id
        FROM imports_settlement AS settlement
        WHERE settlement.source = %(source)s
            AND settlement.field = 'product'
            AND settlement.value = live.product_name
    ),
    (SELECT min(product.id) FROM pipeline_product AS product WHERE lower(product.name) = lower(live.product_name))
)
WHERE product_name <> ''
