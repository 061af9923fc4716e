INSERT INTO pipeline_stagechange (id, opportunity_id, stage_id, entered_on)
SELECT target_id, opportunity_id, stage_id, entered_on
FROM live
WHERE verdict = 'create'
ON CONFLICT (opportunity_id, stage_id, entered_on) DO NOTHING
