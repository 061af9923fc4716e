-- Who is no contact may be a lead, by the key of the source or by an email that one lead of the source has.
WITH candidate AS (
    SELECT live.row_number, lead.id, 1 AS rank
    FROM live
    JOIN pipeline_lead AS lead
        ON lead.source = %(source)s AND lead.external_id = live.lead_external_id AND live.lead_external_id <> ''
    WHERE live.contact_id IS NULL
    UNION ALL
    SELECT live.row_number, lead.id, 2
    FROM live
    JOIN pipeline_lead AS lead
        ON lead.source = %(source)s AND lower(lead.email) = live.email AND live.email <> ''
    WHERE live.contact_id IS NULL
), ranked AS (
    SELECT *, min(rank) OVER (PARTITION BY row_number) AS best_rank FROM candidate
), best AS (
    SELECT row_number, min(id) AS id, count(*) AS people FROM ranked WHERE rank = best_rank GROUP BY row_number
)
UPDATE live
SET lead_id = best.id
FROM best
WHERE live.row_number = best.row_number AND best.people = 1
