-- The people of the events of a shard.
SELECT contact.id, contact.account_id, contact.seniority, contact.buying_role_id
FROM committee_contact AS contact
WHERE contact.id IN (SELECT contact_id FROM signals_engagementevent)
