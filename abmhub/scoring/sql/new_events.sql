-- Events that no night has counted: those whose moment has come since the last, and those recorded since of a day that
-- was counted before. The part "counted" is a condition on "event".
WITH came AS (
    SELECT event.id, event.account_id, event.contact_id, event.event_type_id, event.occurred_at, FALSE AS is_late
    FROM signals_engagementevent AS event
    WHERE event.occurred_at >= %(since)s AND event.occurred_at < %(until)s AND {counted}
)
SELECT * FROM came
UNION ALL
SELECT event.id, event.account_id, event.contact_id, event.event_type_id, event.occurred_at, TRUE
-- A set less another is never looked through row by row, however many the nights are that were missed.
FROM (
    SELECT event_id FROM tonight_noted WHERE NOT is_weighed_anew
    EXCEPT
    SELECT id FROM came
) AS noted
-- OFFSET is a fence: each is looked up by itself, in every month.
CROSS JOIN LATERAL (SELECT * FROM signals_engagementevent AS known WHERE known.id = noted.event_id OFFSET 0) AS event
WHERE event.occurred_at < %(since)s AND {counted}
