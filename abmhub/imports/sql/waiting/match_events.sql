-- Those that wait already.
UPDATE live
SET
    target_id = known.id,
    detail = coalesce(nullif(live.detail, ''), known.detail),
    verdict = CASE
        WHEN ROW(live.waits_for, live.event_type_id, live.occurred_at, coalesce(nullif(live.detail, ''), known.detail))
            IS DISTINCT FROM ROW(known.domain, known.event_type_id, known.occurred_at, known.detail)
        THEN 'update'
        ELSE 'unchanged'
    END
FROM signals_unplacedevent AS known
WHERE live.waits_for IS NOT NULL AND known.source = %(source)s AND known.external_id = live.identity
