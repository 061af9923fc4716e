-- The moves of the day. The lock leaves out accounts that were deleted since the scores were taken.
INSERT INTO accounts_tierchange AS change
    (account_id, changed_on, from_tier_id, to_tier_id, held_by, policy_version, fit, intent, engagement, summary)
SELECT
    tonight.account_id, %(as_of)s, tonight.earlier_tier_id, tonight.tier_id, tonight.held_by, %(policy_version)s,
    tonight.fit, tonight.intent, tonight.engagement, tonight.summary
FROM tonight_move AS tonight
JOIN accounts_account AS account ON account.id = tonight.account_id
WHERE tonight.tier_id IS DISTINCT FROM tonight.earlier_tier_id
FOR KEY SHARE OF account
ON CONFLICT (account_id, changed_on) DO UPDATE SET
    to_tier_id = excluded.to_tier_id,
    held_by = excluded.held_by,
    policy_version = excluded.policy_version,
    fit = excluded.fit,
    intent = excluded.intent,
    engagement = excluded.engagement,
    summary = excluded.summary
WHERE (
    change.to_tier_id, change.held_by, change.policy_version, change.fit, change.intent, change.engagement, change.summary
) IS DISTINCT FROM (
    excluded.to_tier_id, excluded.held_by, excluded.policy_version, excluded.fit, excluded.intent, excluded.engagement,
    excluded.summary
)
