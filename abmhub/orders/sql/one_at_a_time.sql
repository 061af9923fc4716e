-- Wait until nobody else orders with this key or for this account; held until the transaction ends.
-- An advisory lock, because the account row is not changed: an import that rewrites it need not wait for us,
-- nor we for an import.
SELECT pg_advisory_xact_lock(hashtextextended('order key ' || %(idempotency_key)s, 0)),
       pg_advisory_xact_lock(hashtextextended('orders of account ' || %(account_id)s, 0))
