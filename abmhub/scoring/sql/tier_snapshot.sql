-- How many accounts each tier has. The rows of a day that is over are frozen.
WITH found AS (
    SELECT tier_id, count(*) AS accounts FROM {found} GROUP BY tier_id
),
kind AS (
    SELECT level AS tier_id FROM accounts_tier UNION ALL SELECT NULL
)
INSERT INTO scoring_tiersnapshot AS snapshot (snapshot_on, tier_id, accounts, policy_version)
SELECT %(as_of)s, kind.tier_id, coalesce(found.accounts, 0), %(policy_version)s
FROM kind
LEFT JOIN found ON found.tier_id IS NOT DISTINCT FROM kind.tier_id
ON CONFLICT (snapshot_on, tier_id) DO UPDATE SET
    accounts = excluded.accounts,
    policy_version = excluded.policy_version
WHERE NOT %(is_over)s
