-- Who makes the engagement of an account: one row a person, and one for all that is anonymous.
SELECT *
FROM (
    SELECT
        contribution.contact_id,
        coalesce(contact.name, '') AS name,
        count(*) AS events,
        sum(contribution.units)::bigint AS units,
        sum(sum(contribution.units)) OVER ()::bigint AS total_units,
        sum(count(*)) OVER ()::bigint AS total_events,
        row_number() OVER (
            PARTITION BY contribution.contact_id IS NULL
            ORDER BY sum(contribution.units) DESC, contribution.contact_id
        ) AS rank_of_kind,
        row_number() OVER (ORDER BY sum(contribution.units) DESC, contribution.contact_id) AS rank
    FROM ({contributions}) AS contribution
    LEFT JOIN committee_contact AS contact ON contact.id = contribution.contact_id
    WHERE contribution.units > 0
    GROUP BY contribution.contact_id, contact.name
) AS person
WHERE rank <= %(limit)s OR rank_of_kind = 1
ORDER BY rank
