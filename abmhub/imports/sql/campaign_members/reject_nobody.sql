UPDATE live
SET rejection = left(
    CASE
        WHEN email <> ''
        THEN 'Nobody, or more than one person, has the address ' || email || ': import contacts and leads first.'
        WHEN contact_external_id <> ''
        THEN 'No contact of this source has the key ' || contact_external_id || ': import the contacts first.'
        WHEN lead_external_id <> ''
        THEN 'No lead of this source has the key ' || lead_external_id || ': import the leads first.'
        ELSE 'The row names nobody: add a column with the key or the email of the person.'
    END,
    300
)
WHERE contact_id IS NULL AND lead_id IS NULL
