-- The events of the accounts that the part "among" selects, as a relation; OFFSET is a fence: each looks up its own.
(
    SELECT event.*
    FROM (SELECT DISTINCT account_id FROM ({among}) AS selected) AS selected
    CROSS JOIN LATERAL (
        SELECT known.id, known.account_id, known.contact_id, known.event_type_id, known.occurred_at
        FROM signals_engagementevent AS known
        WHERE known.account_id = selected.account_id AND known.occurred_at >= %(since)s
        OFFSET 0
    ) AS event
)
