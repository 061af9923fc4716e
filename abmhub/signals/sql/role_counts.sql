-- The people of each account by buying role, and how many of them can be reached and were engaged lately.
SELECT
    contact.account_id,
    contact.buying_role_id,
    count(*) AS known,
    count(*) FILTER (
        WHERE contact.opted_out_at IS NULL AND (contact.email <> '' OR contact.phone <> '')
    ) AS reachable,
    count(engaged.contact_id) AS engaged
FROM committee_contact AS contact
LEFT JOIN (
    SELECT DISTINCT event.contact_id
    FROM signals_engagementevent AS event
    JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
    JOIN committee_contact AS person ON person.id = event.contact_id AND {people}
    WHERE event.occurred_at > %(since)s AND event.occurred_at <= %(until)s
) AS engaged ON engaged.contact_id = contact.id
WHERE contact.buying_role_id IS NOT NULL AND {contacts}
GROUP BY contact.account_id, contact.buying_role_id
