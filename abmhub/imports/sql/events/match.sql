-- An event that we know keeps the person whom we know for it while the file names nobody.
UPDATE live
SET
    target_id = new.id,
    known_at = new.occurred_at,
    contact_id = new.contact_id,
    detail = new.detail,
    verdict = CASE WHEN new.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        same.row_number,
        event.id,
        event.occurred_at,
        said.contact_id,
        said.detail,
        ROW(same.account_id, said.contact_id, same.event_type_id, same.occurred_at, said.detail)
        IS DISTINCT FROM
        ROW(event.account_id, event.contact_id, event.event_type_id, event.occurred_at, event.detail) AS differs
    FROM live AS same
    JOIN signals_eventkey AS known ON known.source = %(source)s AND known.external_id = same.identity
    JOIN signals_engagementevent AS event ON event.id = known.event_id AND event.occurred_at = known.occurred_at
    CROSS JOIN LATERAL (
        SELECT
            coalesce(same.contact_id, CASE WHEN same.account_id = event.account_id THEN event.contact_id END)
                AS contact_id,
            coalesce(nullif(same.detail, ''), event.detail) AS detail
    ) AS said
) AS new
WHERE live.row_number = new.row_number
