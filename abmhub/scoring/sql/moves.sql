-- Whoever is elsewhere than before the day, or has no standing yet: few, so that little has to be locked and looked up.
SELECT *
FROM tonight
WHERE tier_id IS DISTINCT FROM earlier_tier_id OR NOT has_standing
