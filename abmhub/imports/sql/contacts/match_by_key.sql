UPDATE live
SET
    target_id = person.id,
    matched_by = 'key',
    account_id = CASE
        WHEN live.account_id IS NULL OR live.account_is_guessed THEN person.account_id
        ELSE live.account_id
    END
FROM committee_contact AS person
WHERE live.external_id <> '' AND person.source = %(source)s AND person.external_id = live.external_id
