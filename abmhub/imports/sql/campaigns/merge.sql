-- What each campaign will be: an empty cell says nothing and changes nothing.
UPDATE live
SET
    channel_id = merged.channel_id,
    motion = merged.motion,
    started_on = merged.started_on,
    ended_on = merged.ended_on,
    new_source = merged.source,
    new_external_id = merged.external_id,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        new.*,
        ROW(
            live.name, new.channel_id, new.motion, new.started_on, new.ended_on, new.source, new.external_id
        ) IS DISTINCT FROM ROW(
            old.name, old.channel_id, old.motion, old.started_on, old.ended_on, old.source, old.external_id
        ) AS differs
    FROM live
    JOIN campaigns_campaign AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(live.channel_id, old.channel_id) AS channel_id,
            coalesce(nullif(live.motion, ''), old.motion) AS motion,
            coalesce(live.started_on, old.started_on) AS started_on,
            coalesce(live.ended_on, old.ended_on) AS ended_on,
            CASE WHEN live.external_id <> '' AND old.external_id = '' THEN %(source)s ELSE old.source END AS source,
            CASE WHEN live.external_id <> '' AND old.external_id = '' THEN live.external_id ELSE old.external_id END
                AS external_id
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
