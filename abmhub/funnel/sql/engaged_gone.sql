-- Accounts that are not engaged any more, of those that the part "whose" names.
DELETE FROM funnel_engagedaccount AS kept
WHERE {whose} AND NOT EXISTS (SELECT FROM tonight_engaged AS tonight WHERE tonight.account_id = kept.account_id)
