-- In a shard, forget what became of its accounts.
DELETE FROM pg_temp.accounts_tierchange
