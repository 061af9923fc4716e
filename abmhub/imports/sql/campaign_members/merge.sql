-- What each member will be: an empty cell says nothing and changes nothing.
UPDATE live
SET
    status = merged.status,
    responded_on = merged.responded_on,
    new_source = merged.source,
    new_external_id = merged.external_id,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        new.*,
        ROW(new.status, new.responded_on, new.source, new.external_id)
        IS DISTINCT FROM ROW(old.status, old.responded_on, old.source, old.external_id) AS differs
    FROM live
    JOIN pipeline_campaignmember AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(nullif(live.status, ''), old.status) AS status,
            coalesce(live.responded_on, old.responded_on) AS responded_on,
            CASE WHEN live.external_id <> '' AND old.external_id = '' THEN %(source)s ELSE old.source END AS source,
            CASE WHEN live.external_id <> '' AND old.external_id = '' THEN live.external_id ELSE old.external_id END
                AS external_id
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
