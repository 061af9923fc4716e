-- What rows that some figures share come to by all keys at once, and by the narrowest window that a day is in, which
-- leaves few. A stock (no day) is in all windows. Keys are made text after the sums, of which there are fewer than rows.
SELECT
    told.figure,
    {by_motion} AS by_motion,
    {by_tier} AS by_tier,
    {by_segment} AS by_segment,
    {by_industry} AS by_industry,
    {by_territory} AS by_territory,
    span, told.rows, told.known, told.amount
FROM (
    SELECT {grouped}, {sums}
    FROM (
        SELECT
            row.*,
            CASE WHEN on_day IS NULL THEN 0 WHEN on_day >= %(month)s THEN 1 WHEN on_day >= %(quarter)s THEN 2 ELSE 3 END
                AS span
        -- OFFSET is a fence: what a condition asks of a row is asked once, however many sums it is for.
        FROM ({rows} OFFSET 0) AS row
    ) AS row
    GROUP BY {grouped}
) AS summed
CROSS JOIN LATERAL (VALUES {told}) AS told (figure, rows, known, amount)
WHERE told.rows > 0
