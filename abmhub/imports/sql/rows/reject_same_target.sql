-- Two rows that turn out to be about one thing, though they name it differently. The one that names it by its
-- own key is right; otherwise none is.
UPDATE live
SET rejection = 'Is about the same as row ' || same.other_row || ', which names it differently: keep one of them.'
FROM (
    SELECT
        row_number,
        matched_by,
        CASE row_number WHEN min(row_number) OVER one THEN max(row_number) OVER one ELSE min(row_number) OVER one END
            AS other_row,
        count(*) OVER one AS rows
    FROM live
    WHERE target_id IS NOT NULL
    WINDOW one AS (PARTITION BY target_id)
) AS same
WHERE live.row_number = same.row_number AND same.rows > 1 AND same.matched_by <> 'key'
