-- Within the account, and only where no email or key of the same source says that they are two. Who has an
-- email is not taken for who has none while there is somebody likelier.
WITH candidate AS (
    SELECT live.row_number, person.id, rank() OVER (PARTITION BY live.row_number ORDER BY person.email <> live.email)
    FROM live
    JOIN committee_contact AS person ON person.account_id = live.account_id AND lower(person.name) = lower(live.name)
    WHERE live.target_id IS NULL
        AND (live.email = '' OR person.email = '')
        AND NOT (live.external_id <> '' AND person.source = %(source)s AND person.external_id <> '')
), counted AS (
    SELECT row_number, min(id) AS id, count(*) AS people FROM candidate WHERE rank = 1 GROUP BY row_number
)
UPDATE live
SET
    target_id = CASE WHEN people = 1 THEN counted.id END,
    matched_by = 'name',
    rejection = CASE
        WHEN people > 1 THEN 'There are ' || people || ' people of this name at the account: add a column with their email.'
        ELSE ''
    END
FROM counted
WHERE live.row_number = counted.row_number
