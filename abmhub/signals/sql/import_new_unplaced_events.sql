INSERT INTO signals_unplacedevent (id, domain, event_type_id, occurred_at, detail, source, external_id)
SELECT target_id, waits_for, event_type_id, occurred_at, detail, %(source)s, identity
FROM live
WHERE verdict = 'create' AND waits_for IS NOT NULL
ON CONFLICT (source, external_id) DO NOTHING
