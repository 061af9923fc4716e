-- In the order of the moments, for of two stages on one day only the key says which came first.
UPDATE live
SET target_id = drawn.target_id, verdict = 'create'
FROM (
    SELECT row_number, nextval(pg_get_serial_sequence('pipeline_stagechange', 'id')) AS target_id
    FROM (
        SELECT live.row_number
        FROM live
        JOIN pipeline_stage AS stage ON stage.id = live.stage_id
        WHERE live.target_id IS NULL
        ORDER BY live.entered_at, stage.position, stage.id, live.opportunity_id
    ) AS new
) AS drawn
WHERE live.row_number = drawn.row_number
