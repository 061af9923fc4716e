-- The events of some days by type. Days are business days: those of the zone. The part "events" names a relation.
INSERT INTO metrics_contentday ("on", event_type_id, events, accounts)
SELECT (event.occurred_at AT TIME ZONE %(zone)s)::date, event.event_type_id, count(*), count(DISTINCT event.account_id)
FROM {events} AS event
WHERE event.occurred_at >= %(since)s AND event.occurred_at < %(until)s
GROUP BY 1, 2
ON CONFLICT ("on", event_type_id) DO UPDATE SET events = excluded.events, accounts = excluded.accounts
WHERE (metrics_contentday.events, metrics_contentday.accounts) <> (excluded.events, excluded.accounts)
