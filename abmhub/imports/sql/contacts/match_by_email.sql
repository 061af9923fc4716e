-- Unless the same source calls that person by another key: then they are two who share an address.
UPDATE live
SET target_id = person.id, matched_by = 'email'
FROM committee_contact AS person
WHERE live.target_id IS NULL
    AND live.email <> ''
    AND person.account_id = live.account_id
    AND lower(person.email) = live.email
    AND NOT (live.external_id <> '' AND person.source = %(source)s AND person.external_id <> '')
