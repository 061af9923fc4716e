UPDATE pipeline_opportunity AS deal
SET
    name = live.name,
    account_id = live.account_id,
    account_name = live.account_name,
    product_id = live.product_id,
    product_name = live.product_name,
    owner_id = live.owner_id,
    owner_name = live.owner_name,
    territory_id = live.territory_id,
    motion = live.motion,
    stage_id = live.stage_id,
    amount = live.amount,
    currency = live.currency,
    engaged_on = live.engaged_on,
    closed_on = live.closed_on
FROM live
WHERE deal.id = live.target_id AND live.verdict = 'update'
