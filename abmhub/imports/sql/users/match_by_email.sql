UPDATE live
SET target_id = person.id, matched_by = 'email'
FROM users_user AS person
WHERE live.target_id IS NULL AND live.email <> '' AND lower(person.email) = live.email
