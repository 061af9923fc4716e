-- The engagement events that weigh most, with their names, and the units of all of them together.
WITH contribution AS ({contributions})
SELECT
    contribution.*,
    event_type.name AS event_type,
    event_type.weight,
    event_type.is_meaningful,
    contact.name AS contact,
    total.units AS total_units,
    count(*) OVER () AS events
FROM contribution
JOIN signals_eventtype AS event_type ON event_type.id = contribution.event_type_id
LEFT JOIN committee_contact AS contact ON contact.id = contribution.contact_id
CROSS JOIN (
    SELECT sum(units)::bigint AS units
    FROM (
        SELECT round(least(sum(magnitude), %(most)s)::bigint * max(decay))::bigint AS units
        FROM contribution
        GROUP BY half_life_days
    ) AS of_half_life
) AS total
ORDER BY contribution.units DESC, contribution.business_day DESC, contribution.event_id
LIMIT %(limit)s
