-- Keys are drawn before anything is written, so that rows may refer to each other; in the order of the file.
UPDATE live
SET target_id = drawn.target_id, verdict = 'create'
FROM (
    SELECT row_number, nextval((SELECT pg_get_serial_sequence(%(table)s, 'id')::regclass)) AS target_id
    FROM (SELECT row_number FROM live WHERE target_id IS NULL ORDER BY row_number) AS new
) AS drawn
WHERE live.row_number = drawn.row_number
