-- Unless email or key say that they are two people of one name.
WITH candidate AS (
    SELECT live.row_number, person.id
    FROM live
    JOIN users_user AS person ON lower(person.name) = lower(live.name)
    WHERE live.target_id IS NULL
        AND (live.email = '' OR person.email IS NULL)
        AND NOT (live.external_id <> '' AND person.source = %(source)s AND person.external_id <> '')
), counted AS (
    SELECT row_number, min(id) AS id, count(*) AS people FROM candidate GROUP BY row_number
)
UPDATE live
SET
    target_id = CASE WHEN people = 1 THEN counted.id END,
    matched_by = 'name',
    rejection = CASE
        WHEN people > 1 THEN 'There are ' || people || ' people of this name: add a column with their email.'
        ELSE ''
    END
FROM counted
WHERE live.row_number = counted.row_number
