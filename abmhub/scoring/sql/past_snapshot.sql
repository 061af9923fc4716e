-- How many accounts each tier had on a day that is over, unless that is known already.
INSERT INTO scoring_tiersnapshot (snapshot_on, tier_id, accounts, policy_version)
SELECT %(as_of)s, kind.tier_id, coalesce(found.accounts, 0), %(policy_version)s
FROM (SELECT level AS tier_id FROM accounts_tier UNION ALL SELECT NULL) AS kind
LEFT JOIN unnest(%(tiers)s::int[], %(accounts)s::int[]) AS found (tier_id, accounts)
    ON found.tier_id IS NOT DISTINCT FROM kind.tier_id
WHERE NOT EXISTS (SELECT FROM scoring_tiersnapshot AS snapshot WHERE snapshot.snapshot_on = %(as_of)s)
ON CONFLICT (snapshot_on, tier_id) DO NOTHING
