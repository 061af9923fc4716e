UPDATE live
SET target_id = person.id, matched_by = 'key'
FROM users_user AS person
WHERE (live.external_id <> '' AND person.source = %(source)s AND person.external_id = live.external_id)
    OR (live.external_id = '' AND live.email <> '' AND lower(person.email) = live.email)
