-- How many accounts a night found in each tier, by what they were before the day, and how many something holds there.
SELECT
    earlier_tier_id AS before,
    tier_id AS after,
    count(*) AS accounts,
    count(*) FILTER (WHERE held_by <> '') AS held
FROM tonight
GROUP BY earlier_tier_id, tier_id
