-- Accounts whose people may be counted otherwise than the night before: see recount_roles. The part "new" names a
-- relation of events.
{among}
UNION
SELECT contact.account_id
FROM (
    SELECT contact_id, event_type_id FROM {new}
    UNION ALL
    SELECT contact_id, event_type_id
    FROM signals_engagementevent
    WHERE occurred_at > %(since_before)s AND occurred_at <= %(since)s
) AS event
JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
JOIN committee_contact AS contact ON contact.id = event.contact_id AND contact.buying_role_id IS NOT NULL
