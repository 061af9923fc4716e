-- How many accounts the night found in each tier, by the tier they stand in; how many of them something holds there, and
-- how many the policy in force puts in the same.
SELECT
    tonight.earlier_tier_id AS before,
    tonight.tier_id AS after,
    count(*) AS accounts,
    count(*) FILTER (WHERE tonight.held_by <> '') AS held,
    count(*) FILTER (WHERE tonight.tier_id IS NOT DISTINCT FROM anyway.tier_id) AS anyway
FROM tonight
JOIN tonight_anyway AS anyway USING (account_id)
GROUP BY tonight.earlier_tier_id, tonight.tier_id
