-- The first qualified stage begins on the day the deal began, the last one on the day it was closed. An open stage
-- that a deal we knew has moved to since the last file is entered on the day we learnt of it.
WITH first_qualified AS (
    SELECT id FROM pipeline_stage WHERE kind = 'open' AND is_qualified ORDER BY position, id LIMIT 1
), entry AS (
    SELECT
        live.target_id AS opportunity_id,
        CASE WHEN stage.kind = 'open' AND NOT stage.is_qualified THEN stage.id ELSE first_qualified.id END AS stage_id,
        live.engaged_on AS entered_on
    FROM live
    JOIN pipeline_stage AS stage ON stage.id = live.stage_id
    LEFT JOIN first_qualified ON true
    WHERE live.verdict <> 'unchanged'
    UNION
    SELECT live.target_id, live.stage_id, live.closed_on
    FROM live
    WHERE live.verdict <> 'unchanged'
    UNION
    SELECT live.target_id, live.stage_id, %(day)s
    FROM live
    JOIN pipeline_stage AS stage ON stage.id = live.stage_id AND stage.kind = 'open'
    LEFT JOIN first_qualified ON first_qualified.id = live.stage_id
    WHERE live.verdict = 'update'
        AND live.stage_id <> live.old_stage_id
        AND (first_qualified.id IS NULL OR live.engaged_on IS NULL)
)
INSERT INTO pipeline_stagechange (opportunity_id, stage_id, entered_on)
SELECT opportunity_id, stage_id, entered_on
FROM entry
WHERE stage_id IS NOT NULL AND entered_on IS NOT NULL
ON CONFLICT (opportunity_id, stage_id, entered_on) DO NOTHING
