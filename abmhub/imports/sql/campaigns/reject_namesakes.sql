-- A campaign is called by its name, so two of one name cannot both come in.
UPDATE live
SET rejection = 'Has the same name as row ' || same.other_row || ', but another key: rename one of them.'
FROM (
    SELECT
        row_number,
        CASE row_number WHEN min(row_number) OVER one THEN max(row_number) OVER one ELSE min(row_number) OVER one END
            AS other_row,
        count(*) OVER one AS rows
    FROM live
    WINDOW one AS (PARTITION BY lower(name))
) AS same
WHERE live.row_number = same.row_number AND same.rows > 1
