-- Rows that are about the same thing and say different things: none can be preferred, whatever their order.
UPDATE live
SET rejection = 'Is about the same as row ' || conflict.other_row || ', with other values: keep one of them.'
FROM (
    SELECT
        row_number,
        CASE row_number WHEN min(row_number) OVER same THEN max(row_number) OVER same ELSE min(row_number) OVER same END
            AS other_row,
        count(*) OVER same AS rows
    FROM live
    WINDOW same AS (PARTITION BY identity)
) AS conflict
WHERE live.row_number = conflict.row_number AND conflict.rows > 1
