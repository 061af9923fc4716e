-- All events of the days of which the relation "new" has some. OFFSET is a fence: each day looks up its own.
(
    SELECT event.*
    FROM (SELECT DISTINCT (occurred_at AT TIME ZONE %(zone)s)::date AS on_day FROM {new} AS new) AS day
    CROSS JOIN LATERAL (
        SELECT known.account_id, known.event_type_id, known.occurred_at
        FROM signals_engagementevent AS known
        WHERE known.occurred_at >= day.on_day::timestamp AT TIME ZONE %(zone)s
            AND known.occurred_at < (day.on_day + 1)::timestamp AT TIME ZONE %(zone)s
            AND known.occurred_at >= %(since)s
        OFFSET 0
    ) AS event
)
