-- The people of some accounts by buying role, and how many of them can be reached and were engaged lately. The part
-- "contacts" names a relation of people, "is_engaged" is a condition on "contact".
SELECT
    contact.account_id,
    contact.buying_role_id,
    count(*) AS known,
    count(*) FILTER (
        WHERE contact.opted_out_at IS NULL AND (contact.email <> '' OR contact.phone <> '')
    ) AS reachable,
    count(*) FILTER (WHERE {is_engaged}) AS engaged
FROM {contacts} AS contact
WHERE contact.buying_role_id IS NOT NULL
GROUP BY contact.account_id, contact.buying_role_id
