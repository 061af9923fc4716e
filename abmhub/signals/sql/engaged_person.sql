-- Condition on "contact": meaningfully engaged of late; each is looked up, which OFFSET keeps so.
EXISTS (
    SELECT FROM signals_engagementevent AS event
    JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
    WHERE event.contact_id = contact.id AND event.occurred_at > %(since)s AND event.occurred_at <= %(until)s
    OFFSET 0
)
