-- A source that says again what we know confirms the person; that is no change of them.
UPDATE committee_contact AS person
SET refreshed_at = %(at)s
FROM live
WHERE person.id = live.target_id AND live.verdict = 'unchanged'
