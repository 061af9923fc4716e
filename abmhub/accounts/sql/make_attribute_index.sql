-- Without the accounts of which the value is unknown: a comparison never asks for them.
CREATE INDEX CONCURRENTLY {name} ON accounts_account (({expression})) WHERE ({expression}) IS NOT NULL
