-- The engagement of one account in units, by the half-life with which it fades.
SELECT event_type.half_life_days, sum(contribution.units)::bigint AS units
FROM ({contributions}) AS contribution
JOIN signals_eventtype AS event_type ON event_type.id = contribution.event_type_id
GROUP BY event_type.half_life_days
ORDER BY event_type.half_life_days
