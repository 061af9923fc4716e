-- What the night counted, written only where it differs from what stands there.
INSERT INTO committee_rolecount AS kept (account_id, buying_role_id, known, reachable, engaged)
SELECT account_id, buying_role_id, tonight.known, tonight.reachable, tonight.engaged
FROM tonight_role_count AS tonight
LEFT JOIN committee_rolecount AS stands USING (account_id, buying_role_id)
WHERE (stands.known, stands.reachable, stands.engaged)
    IS DISTINCT FROM (tonight.known, tonight.reachable, tonight.engaged)
ON CONFLICT (account_id, buying_role_id) DO UPDATE
SET known = excluded.known, reachable = excluded.reachable, engaged = excluded.engaged
