-- The event types, some of them with other weights.
SELECT
    event_type.id, event_type.code, event_type.name, coalesce(other.weight, event_type.weight) AS weight,
    event_type.half_life_days, event_type.daily_cap, event_type.content_stage, event_type.is_meaningful
FROM signals_eventtype AS event_type
LEFT JOIN unnest(%(codes)s::text[], %(weights)s::int[]) AS other (code, weight) ON other.code = event_type.code
