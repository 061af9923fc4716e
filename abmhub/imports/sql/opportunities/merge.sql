-- What each deal will be: an empty cell says nothing and changes nothing. Account and product follow their names.
UPDATE live
SET
    name = merged.name,
    owner_id = merged.owner_id,
    owner_name = merged.owner_name,
    territory_id = merged.territory_id,
    amount = merged.amount,
    currency = merged.currency,
    motion = merged.motion,
    engaged_on = merged.engaged_on,
    closed_on = merged.closed_on,
    old_stage_id = merged.old_stage_id,
    old_engaged_on = merged.old_engaged_on,
    old_closed_on = merged.old_closed_on,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        new.*,
        old.stage_id AS old_stage_id,
        old.engaged_on AS old_engaged_on,
        old.closed_on AS old_closed_on,
        ROW(
            new.name, live.account_id, live.account_name, live.product_id, live.product_name, new.owner_id,
            new.owner_name, new.territory_id, live.stage_id, new.amount, new.currency, new.motion, new.engaged_on, new.closed_on
        ) IS DISTINCT FROM ROW(
            old.name, old.account_id, old.account_name, old.product_id, old.product_name, old.owner_id,
            old.owner_name, old.territory_id, old.stage_id, old.amount, old.currency, old.motion, old.engaged_on, old.closed_on
        ) AS differs
    FROM live
    JOIN pipeline_opportunity AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(nullif(live.name, ''), old.name) AS name,
            coalesce(live.owner_id, old.owner_id) AS owner_id,
            coalesce(nullif(live.owner_name, ''), old.owner_name) AS owner_name,
            CASE
                WHEN coalesce(live.owner_id, old.owner_id) IS DISTINCT FROM old.owner_id THEN live.territory_id
                ELSE coalesce(old.territory_id, live.territory_id)
            END AS territory_id,
            coalesce(live.amount, old.amount) AS amount,
            coalesce(nullif(live.currency, ''), old.currency) AS currency,
            coalesce(nullif(live.motion, ''), old.motion) AS motion,
            coalesce(live.engaged_on, old.engaged_on) AS engaged_on,
            CASE
                WHEN (SELECT kind FROM pipeline_stage WHERE id = live.stage_id) = 'open' THEN NULL
                ELSE coalesce(live.closed_on, old.closed_on)
            END AS closed_on
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
