-- The closing date of an open deal is when somebody hopes to close it: it says nothing yet.
UPDATE live
SET
    stage_id = stage.id,
    is_won = stage.kind = 'won',
    closed_on = CASE WHEN stage.kind <> 'open' THEN live.closed_on END
FROM pipeline_stage AS stage
WHERE lower(stage.name) = lower(live.stage_name)
