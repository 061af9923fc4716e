-- Roles in which an account has nobody any more.
DELETE FROM committee_rolecount AS kept
WHERE {accounts} AND NOT EXISTS (
    SELECT 1 FROM tonight_role_count AS tonight
    WHERE tonight.account_id = kept.account_id AND tonight.buying_role_id = kept.buying_role_id
)
