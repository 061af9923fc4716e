-- In a shard, each account stands where the night of the day found it.
UPDATE pg_temp.accounts_standing AS standing SET
    tier_id = found.tier_id,
    tier_since_on = %(as_of)s
FROM pg_temp.tonight AS found
WHERE standing.account_id = found.account_id AND standing.tier_id IS DISTINCT FROM found.tier_id
