-- An event that we know stays with its account when the file names none that we know.
UPDATE live
SET account_id = event.account_id, contact_id = event.contact_id
FROM signals_eventkey AS known
JOIN signals_engagementevent AS event ON event.id = known.event_id AND event.occurred_at = known.occurred_at
WHERE live.account_id IS NULL AND known.source = %(source)s AND known.external_id = live.identity
