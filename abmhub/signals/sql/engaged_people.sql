-- Condition on "contact": meaningfully engaged of late; everybody who was is listed once.
contact.id IN (
    SELECT event.contact_id
    FROM signals_engagementevent AS event
    JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
    WHERE event.contact_id IS NOT NULL AND event.occurred_at > %(since)s AND event.occurred_at <= %(until)s
)
