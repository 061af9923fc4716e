-- A provider that tells of every day, place or product of a week: the strongest is what it saw in that week.
UPDATE live
SET skip = 'Row ' || same.first_row || ' says at least as much about the same topic and week.'
FROM (
    SELECT
        row_number,
        first_value(row_number) OVER (
            PARTITION BY account_id, waits_for, lower(topic), week_on, provider_id ORDER BY level DESC, row_number
        ) AS first_row
    FROM live
) AS same
WHERE live.row_number = same.row_number AND live.row_number <> same.first_row
