-- The person that we know by a key that is no more.
WITH known AS (
    SELECT live.row_number, min(person.id) AS id
    FROM live
    JOIN committee_contact AS person
        ON person.source = %(source)s AND person.external_id = ANY (live.merged_keys) AND person.external_id <> ''
    WHERE live.target_id IS NULL
    GROUP BY live.row_number
)
UPDATE live
SET
    target_id = person.id,
    matched_by = 'merged',
    account_id = CASE
        WHEN live.account_id IS NULL OR live.account_is_guessed THEN person.account_id
        ELSE live.account_id
    END
FROM known
JOIN committee_contact AS person USING (id)
WHERE live.row_number = known.row_number
