-- While the file says the same name as before, or none, that is no news against what we know by now.
UPDATE live
SET
    account_name = coalesce(nullif(live.account_name, ''), deal.account_name),
    account_id = CASE
        WHEN live.account_name IN ('', deal.account_name) THEN coalesce(deal.account_id, live.account_id)
        ELSE live.account_id
    END,
    product_name = coalesce(nullif(live.product_name, ''), deal.product_name),
    product_id = CASE
        WHEN live.product_name IN ('', deal.product_name) THEN coalesce(deal.product_id, live.product_id)
        ELSE live.product_id
    END
FROM pipeline_opportunity AS deal
WHERE deal.id = live.target_id
