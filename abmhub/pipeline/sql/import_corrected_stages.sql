-- A date that the file corrects takes its entry in the history along; a stage that was left keeps its own.
DELETE FROM pipeline_stagechange AS entry
USING live, pipeline_stage AS stage
WHERE entry.opportunity_id = live.target_id
    AND live.verdict = 'update'
    AND stage.id = entry.stage_id
    AND (
        (
            stage.kind = 'open'
            AND entry.entered_on = live.old_engaged_on
            AND live.old_engaged_on IS DISTINCT FROM live.engaged_on
        )
        OR (
            entry.stage_id = live.stage_id
            AND live.stage_id = live.old_stage_id
            AND entry.entered_on = live.old_closed_on
            AND live.old_closed_on IS DISTINCT FROM live.closed_on
        )
    )
