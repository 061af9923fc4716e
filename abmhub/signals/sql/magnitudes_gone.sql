-- Accounts without an event that still counts, of those that the part "accounts" names.
DELETE FROM signals_engagementstate AS kept
WHERE {accounts}
    AND NOT EXISTS (SELECT FROM tonight_magnitude AS tonight WHERE tonight.account_id = kept.account_id)
