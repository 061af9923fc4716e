-- An event that we know stays with its account when the file names none that we know.
UPDATE live
SET account_id = event.account_id, contact_id = event.contact_id
FROM signals_engagementevent AS event
WHERE live.account_id IS NULL AND event.source = %(source)s AND event.external_id = live.identity
