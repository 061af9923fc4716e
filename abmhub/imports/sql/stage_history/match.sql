UPDATE live
SET target_id = entry.id, verdict = 'unchanged'
FROM pipeline_stagechange AS entry
WHERE entry.opportunity_id = live.opportunity_id
    AND entry.stage_id = live.stage_id
    AND entry.entered_on = live.entered_on
