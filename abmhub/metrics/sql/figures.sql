-- The sums of every figure for a night: of what metrics/summed leaves of their rows, by each cut alone and in every
-- window that holds them.
WITH fine AS (
    {summed}
)
INSERT INTO metrics_figuresnapshot (snapshot_on, "window", figure, "by", key, rows, known, amount)
SELECT
    %(as_of)s, kind.name, figure,
    CASE
        WHEN grouping(by_motion) = 0 THEN 'motion'
        WHEN grouping(by_tier) = 0 THEN 'tier'
        WHEN grouping(by_segment) = 0 THEN 'segment'
        WHEN grouping(by_industry) = 0 THEN 'industry'
        WHEN grouping(by_territory) = 0 THEN 'territory'
        ELSE ''
    END,
    coalesce(by_motion, by_tier, by_segment, by_industry, by_territory, ''),
    sum(rows), sum(known), sum(amount)
FROM fine
JOIN (VALUES ('month', 1), ('quarter', 2), ('year', 3)) AS kind (name, span) ON fine.span <= kind.span
GROUP BY
    kind.name, figure,
    GROUPING SETS ((), (by_motion), (by_tier), (by_segment), (by_industry), (by_territory))
-- A figure that knows nothing of a cut has no key there, not even the empty one.
HAVING num_nulls(by_motion, by_tier, by_segment, by_industry, by_territory) = 4
    OR grouping(by_motion, by_tier, by_segment, by_industry, by_territory) = 31
