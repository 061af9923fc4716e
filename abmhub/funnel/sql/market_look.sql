-- Of whom the market is compared with what is kept of it: those that changed, those in another tier than they were
-- counted in, and those that were too young when they were.
{changed}
UNION
SELECT kept.account_id
FROM funnel_marketaccount AS kept
JOIN {moved} AS moved ON moved.account_id = kept.account_id
WHERE kept.tier IS DISTINCT FROM moved.tier_id
UNION
SELECT account_id FROM funnel_marketaccount WHERE NOT is_counted
