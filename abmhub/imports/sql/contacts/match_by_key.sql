UPDATE live
SET target_id = person.id, matched_by = 'key', account_id = coalesce(live.account_id, person.account_id)
FROM committee_contact AS person
WHERE live.external_id <> '' AND person.source = %(source)s AND person.external_id = live.external_id
