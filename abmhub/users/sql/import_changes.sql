-- An email or a role that somebody has is never taken from a file: they decide who may sign in, and as what.
UPDATE users_user AS person
SET
    team_id = coalesce(live.team_id, person.team_id),
    role = CASE WHEN live.role = 'sales_manager' AND person.role = 'sales_rep' THEN live.role ELSE person.role END,
    source = CASE WHEN person.source = '' AND live.external_id <> '' THEN %(source)s ELSE person.source END,
    external_id = CASE WHEN person.source = '' THEN live.external_id ELSE person.external_id END
FROM live
WHERE person.id = live.target_id AND live.verdict = 'update'
