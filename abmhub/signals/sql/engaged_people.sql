-- All people, with whether they were meaningfully engaged of late. Joined, not asked for by IN, which is worked out person
-- by person as soon as the planner expects more of them than fit into memory.
(
    SELECT contact.*, engaged.contact_id IS NOT NULL AS is_engaged
    FROM committee_contact AS contact
    LEFT JOIN (
        SELECT DISTINCT event.contact_id
        FROM signals_engagementevent AS event
        JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
        WHERE event.contact_id IS NOT NULL AND event.occurred_at > %(since)s AND event.occurred_at <= %(until)s
    ) AS engaged ON engaged.contact_id = contact.id
)
