-- The history of the accounts of a shard.
SELECT change.account_id, change.changed_on, change.from_tier_id, change.to_tier_id
FROM accounts_tierchange AS change
JOIN accounts_account AS account ON account.id = change.account_id
