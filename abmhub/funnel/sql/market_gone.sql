-- Whoever is no part of the market any more.
DELETE FROM funnel_marketaccount AS kept
USING tonight_market AS tonight
WHERE kept.account_id = tonight.account_id AND NOT tonight.is_there
