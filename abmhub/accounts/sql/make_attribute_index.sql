-- Of all accounts, also those of which the value is unknown: of a partial index PostgreSQL keeps no statistics that
-- tell how many accounts a filter leaves, and would not choose it. What is unknown takes next to no room.
CREATE INDEX CONCURRENTLY {name} ON accounts_account (({expression}))
