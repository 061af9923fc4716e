-- The engagement events that weigh most, with their names, and the units of all of them together.
SELECT
    contribution.*,
    event_type.name AS event_type,
    event_type.weight,
    event_type.half_life_days,
    event_type.is_meaningful,
    contact.name AS contact,
    sum(contribution.units) OVER ()::bigint AS total_units,
    count(*) OVER () AS events
FROM ({contributions}) AS contribution
JOIN signals_eventtype AS event_type ON event_type.id = contribution.event_type_id
LEFT JOIN committee_contact AS contact ON contact.id = contribution.contact_id
ORDER BY contribution.units DESC, contribution.business_day DESC, contribution.event_id
LIMIT %(limit)s
