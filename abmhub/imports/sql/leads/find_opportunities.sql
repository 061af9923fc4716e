WITH matched AS (
    UPDATE live SET opportunity_id = deal.id
    FROM pipeline_opportunity AS deal
    WHERE deal.source = %(source)s AND deal.external_id = live.opportunity_external_id
    RETURNING live.row_number
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'opportunity', opportunity_external_id, 'No opportunity of this source has the key; it was left out.'
FROM live
WHERE opportunity_external_id <> '' AND row_number NOT IN (SELECT row_number FROM matched)
