-- Late events, and with them those that their account has of the same type and day. The part "new" names a relation of
-- events, "counted" is a condition on "event".
SELECT event.*, event.id IN (SELECT id FROM {new}) AS is_new
FROM (
    SELECT DISTINCT account_id, event_type_id, timezone(%(zone)s, occurred_at)::date AS business_day
    FROM {new}
    WHERE is_late AND occurred_at >= %(since)s
) AS late
CROSS JOIN LATERAL (
    SELECT known.id, known.account_id, known.contact_id, known.event_type_id, known.occurred_at
    FROM signals_engagementevent AS known
    WHERE known.account_id = late.account_id
        AND known.event_type_id = late.event_type_id
        -- For the index; business days begin at another moment in each zone.
        AND known.occurred_at >= late.business_day - 1
        AND known.occurred_at < late.business_day + 2
        AND timezone(%(zone)s, known.occurred_at)::date = late.business_day
    OFFSET 0
) AS event
WHERE {counted}
