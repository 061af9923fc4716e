-- One meaningful event is enough.
SELECT account_id, occurred_at FROM meaningful
