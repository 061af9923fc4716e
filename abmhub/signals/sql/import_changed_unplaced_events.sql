UPDATE signals_unplacedevent AS event
SET
    domain = live.waits_for,
    event_type_id = live.event_type_id,
    occurred_at = live.occurred_at,
    detail = live.detail
FROM live
WHERE event.id = live.target_id AND live.verdict = 'update' AND live.waits_for IS NOT NULL
