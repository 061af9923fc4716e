-- A stage that a deal came to several times in a day counts once, at the first moment.
UPDATE live
SET skip = 'Is the same stage on the same day as row ' || same.first_row || '.'
FROM (
    SELECT
        row_number,
        first_value(row_number) OVER (
            PARTITION BY opportunity_id, lower(stage_name), entered_on ORDER BY entered_at, row_number
        ) AS first_row
    FROM live
) AS same
WHERE live.row_number = same.row_number AND live.row_number <> same.first_row
