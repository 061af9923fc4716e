-- What the night counted, written only where it differs from what stands there.
INSERT INTO committee_rolecount AS kept (account_id, buying_role_id, known, reachable, engaged)
SELECT account_id, buying_role_id, known, reachable, engaged FROM tonight_role_count
ON CONFLICT (account_id, buying_role_id) DO UPDATE
SET known = excluded.known, reachable = excluded.reachable, engaged = excluded.engaged
WHERE (kept.known, kept.reachable, kept.engaged) IS DISTINCT FROM (excluded.known, excluded.reachable, excluded.engaged)
