-- The events of a shard that count on any of its days.
SELECT event.id, event.account_id, event.contact_id, event.event_type_id, event.occurred_at
FROM signals_engagementevent AS event
JOIN accounts_account AS account ON account.id = event.account_id
WHERE event.occurred_at >= %(since)s AND event.occurred_at < %(until)s
