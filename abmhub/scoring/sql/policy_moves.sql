-- The accounts that the night found elsewhere than they stand, or waiting for a place, and whether the policy in force
-- puts them in the same tier. The lock leaves out accounts that were deleted since the scores were taken.
INSERT INTO scoring_policymove
    (preview_id, account_id, from_tier_id, to_tier_id, earned_tier_id, held_by, rule_name, summary, priority, is_anyway)
SELECT
    %(preview)s, tonight.account_id, tonight.earlier_tier_id, tonight.tier_id, tonight.earned_tier_id,
    tonight.held_by, tonight.rule_name, tonight.summary, tonight.priority,
    tonight.tier_id IS NOT DISTINCT FROM anyway.tier_id
FROM tonight
JOIN tonight_anyway AS anyway USING (account_id)
JOIN accounts_account AS account ON account.id = tonight.account_id
WHERE tonight.tier_id IS DISTINCT FROM tonight.earlier_tier_id OR tonight.held_by = 'capacity'
FOR KEY SHARE OF account
