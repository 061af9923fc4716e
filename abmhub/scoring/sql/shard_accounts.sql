-- The accounts of a shard: those whose key, or that of their owner, leaves its number.
SELECT account.*
FROM accounts_account AS account
WHERE mod(CASE WHEN %(by_owner)s THEN coalesce(account.owner_id, account.id) ELSE account.id END, %(of)s) = %(number)s
