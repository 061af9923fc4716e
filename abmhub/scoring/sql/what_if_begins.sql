-- In a shard, put every account where it was before the first day.
UPDATE pg_temp.accounts_standing AS standing SET
    tier_id = earlier.earlier_tier_id,
    tier_since_on = earlier.since_on
FROM ({earlier}) AS earlier
WHERE standing.account_id = earlier.account_id
