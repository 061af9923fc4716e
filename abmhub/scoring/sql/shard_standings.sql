-- Where the accounts of a shard stand, those included that no night has seen.
SELECT account.id AS account_id, standing.tier_id, standing.tier_since_on
FROM accounts_account AS account
LEFT JOIN accounts_standing AS standing ON standing.account_id = account.id
