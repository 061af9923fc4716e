-- Take from the cells what accounts were counted with, and add what they are.
INSERT INTO funnel_marketcell AS cell (tier, segment, industry, territory_key, accounts, with_acv, acv_amount)
SELECT
    tier, segment, industry, territory_key,
    sum(sign), coalesce(sum(sign) FILTER (WHERE acv_amount IS NOT NULL), 0), coalesce(sum(sign * acv_amount), 0)
FROM (
    SELECT
        old_tier AS tier, old_segment AS segment, old_industry AS industry, old_territory_key AS territory_key,
        old_acv_amount AS acv_amount, -1 AS sign
    FROM tonight_market
    WHERE was_counted
    UNION ALL
    SELECT tier, segment, industry, territory_key, acv_amount, 1
    FROM tonight_market
    WHERE is_counted
) AS told
GROUP BY tier, segment, industry, territory_key
HAVING sum(sign) <> 0
    OR coalesce(sum(sign) FILTER (WHERE acv_amount IS NOT NULL), 0) <> 0
    OR coalesce(sum(sign * acv_amount), 0) <> 0
ON CONFLICT (tier, segment, industry, territory_key) DO UPDATE SET
    accounts = cell.accounts + excluded.accounts,
    with_acv = cell.with_acv + excluded.with_acv,
    acv_amount = cell.acv_amount + excluded.acv_amount
