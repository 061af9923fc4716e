-- The first new accounts whose names say enough to be compared. Where many differ in their numbers alone they are a
-- series, which the numbers tell apart.
WITH new AS (
    SELECT
        row_number, target_id, normalized_name,
        count(*) OVER (PARTITION BY translate(normalized_name, '0123456789', '')) AS in_series
    FROM live
    WHERE verdict = 'create' AND length(normalized_name) >= %(letters)s
)
SELECT target_id AS id
FROM new
WHERE in_series < %(series)s AND normalized_name !~ '\d\d\d'
ORDER BY row_number
LIMIT %(at_most)s
