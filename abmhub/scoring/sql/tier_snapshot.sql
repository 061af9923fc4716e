-- How many accounts each tier has. The rows of a day that is over are frozen. The part "found" names a relation of
-- accounts with their tiers, "everybody" one of all accounts: those without a tier, most of them, are not read again.
WITH found AS (
    SELECT tier_id, count(*) AS accounts FROM {found} WHERE tier_id IS NOT NULL GROUP BY tier_id
),
kind AS (
    SELECT level AS tier_id, coalesce(found.accounts, 0) AS accounts
    FROM accounts_tier
    LEFT JOIN found ON found.tier_id = level
    UNION ALL
    SELECT NULL, (SELECT count(*) FROM {everybody}) - coalesce((SELECT sum(accounts) FROM found), 0)
)
INSERT INTO scoring_tiersnapshot AS snapshot (snapshot_on, tier_id, accounts, policy_version)
SELECT %(as_of)s, kind.tier_id, kind.accounts, %(policy_version)s
FROM kind
ON CONFLICT (snapshot_on, tier_id) DO UPDATE SET
    accounts = excluded.accounts,
    policy_version = excluded.policy_version
WHERE NOT %(is_over)s
