-- The sums of every figure for a night. First by all keys at once and by the narrowest window that a day is in, which
-- leaves few rows; then by each cut alone and in every window that holds them. A stock (no day) is in all windows.
WITH fine AS (
    SELECT
        figure, by_motion, by_tier, by_segment, by_industry, by_territory,
        CASE WHEN on_day IS NULL THEN 0 WHEN on_day >= %(month)s THEN 1 WHEN on_day >= %(quarter)s THEN 2 ELSE 3 END
            AS span,
        count(*) AS rows, count(adds) AS known, coalesce(sum(adds), 0) AS amount
    FROM ({rows}) AS row
    GROUP BY 1, 2, 3, 4, 5, 6, 7
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
