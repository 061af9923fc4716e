-- The words of the new accounts whose names say enough to be compared. Where many differ in their numbers alone they
-- are a series, which the numbers tell apart.
WITH new AS (
    SELECT
        target_id AS id, normalized_name,
        count(*) OVER (PARTITION BY translate(normalized_name, '0123456789', '')) AS in_series
    FROM live
    WHERE verdict = 'create' AND length(normalized_name) >= %(letters)s
)
SELECT id, {words} AS word
FROM new
WHERE in_series < %(series)s AND normalized_name !~ '\d\d\d'
