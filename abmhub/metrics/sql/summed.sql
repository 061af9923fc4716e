-- What the rows of one figure come to by all keys at once, and by the narrowest window that a day is in, which leaves few.
-- A stock (no day) is in all windows. Keys are made text after the sums, of which there are fewer than rows.
SELECT
    {figure} AS figure,
    {by_motion} AS by_motion,
    {by_tier} AS by_tier,
    {by_segment} AS by_segment,
    {by_industry} AS by_industry,
    {by_territory} AS by_territory,
    span, count(*) AS rows, count(adds) AS known, coalesce(sum(adds), 0)::numeric AS amount
FROM (
    SELECT
        row.*,
        CASE WHEN on_day IS NULL THEN 0 WHEN on_day >= %(month)s THEN 1 WHEN on_day >= %(quarter)s THEN 2 ELSE 3 END
            AS span
    FROM ({rows}) AS row
) AS row
GROUP BY {grouped}
