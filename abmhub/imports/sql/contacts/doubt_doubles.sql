-- The source made one person of two that we have.
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    live.row_number, 'merged_keys', person.external_id,
    'The source says that this is the same person as ' || person.name || ', whom we have as another.'
FROM live
JOIN committee_contact AS person
    ON person.source = %(source)s AND person.external_id = ANY (live.merged_keys) AND person.external_id <> ''
    AND person.id <> live.target_id
