-- A pair that somebody dismissed stays dismissed.
INSERT INTO accounts_duplicate (account_id, other_id, likeness, reason, found_at)
SELECT account_id, other_id, likeness, reason, %(at)s
FROM unnest(%(accounts)s::bigint[], %(others)s::bigint[], %(likenesses)s::int[], %(reasons)s::text[])
    AS pair (account_id, other_id, likeness, reason)
ON CONFLICT (account_id, other_id) DO NOTHING
