UPDATE signals_engagementevent AS event
SET
    account_id = live.account_id,
    contact_id = live.contact_id,
    event_type_id = live.event_type_id,
    occurred_at = live.occurred_at,
    detail = live.detail
FROM live
WHERE event.id = live.target_id
    AND event.occurred_at = live.known_at
    AND live.verdict = 'update'
    AND live.waits_for IS NULL
