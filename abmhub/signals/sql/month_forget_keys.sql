DELETE FROM signals_eventkey AS key
USING {month} AS event
WHERE key.source = event.source AND key.external_id = event.external_id
