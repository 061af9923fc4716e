-- Cells of the market that are not the sums of what is kept of its accounts.
SELECT
    concat_ws(', ', coalesce('tier ' || tier, 'no tier'), nullif(segment, ''), nullif(industry, '')) AS named,
    sum(kept) AS kept, sum(kept_acv) AS kept_acv, sum(summed) AS summed, sum(summed_acv) AS summed_acv
FROM (
    SELECT
        tier, segment, industry, territory_key,
        accounts AS kept, with_acv AS kept_known, acv_amount AS kept_acv, 0 AS summed, 0 AS known, 0 AS summed_acv
    FROM funnel_marketcell
    UNION ALL
    SELECT
        tier, segment, industry, territory_key, 0, 0, 0, count(*), count(acv_amount), coalesce(sum(acv_amount), 0)
    FROM funnel_marketaccount
    WHERE is_counted
    GROUP BY tier, segment, industry, territory_key
) AS told
GROUP BY tier, segment, industry, territory_key
HAVING (sum(kept), sum(kept_known), sum(kept_acv)) <> (sum(summed), sum(known), sum(summed_acv))
ORDER BY tier, segment, industry, territory_key
