UPDATE live
SET
    opportunity_id = deal.id,
    rejection = CASE
        WHEN deal.id IS NULL
        THEN left('No opportunity of this source has the key ' || live.opportunity_external_id, 200)
            || ': import the opportunities first.'
        ELSE ''
    END
FROM (SELECT DISTINCT opportunity_external_id FROM live) AS named
LEFT JOIN pipeline_opportunity AS deal
    ON deal.source = %(source)s AND deal.external_id = named.opportunity_external_id
WHERE live.opportunity_external_id = named.opportunity_external_id
