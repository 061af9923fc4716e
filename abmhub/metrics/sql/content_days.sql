-- The events of some days by type. Days are business days: those of the zone.
INSERT INTO metrics_contentday ("on", event_type_id, events, accounts)
SELECT (occurred_at AT TIME ZONE %(zone)s)::date, event_type_id, count(*), count(DISTINCT account_id)
FROM signals_engagementevent
WHERE occurred_at >= %(since)s AND occurred_at < %(until)s
GROUP BY 1, 2
ON CONFLICT ("on", event_type_id) DO UPDATE SET events = excluded.events, accounts = excluded.accounts
WHERE (metrics_contentday.events, metrics_contentday.accounts) <> (excluded.events, excluded.accounts)
