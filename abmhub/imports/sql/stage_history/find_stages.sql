UPDATE live
SET stage_id = stage.id
FROM pipeline_stage AS stage
WHERE lower(stage.name) = lower(live.stage_name)
