-- The accounts of a shard are looked up one by one.
ALTER TABLE pg_temp.accounts_account ADD PRIMARY KEY (id)
