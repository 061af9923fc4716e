INSERT INTO signals_engagementevent (
    id, account_id, contact_id, event_type_id, occurred_at, detail, source, external_id
)
SELECT target_id, account_id, contact_id, event_type_id, occurred_at, detail, %(source)s, identity
FROM live
WHERE verdict = 'create' AND waits_for IS NULL
