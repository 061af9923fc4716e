-- Keys are drawn before anything is written, so that rows may refer to each other.
UPDATE live
SET target_id = nextval(pg_get_serial_sequence(%(table)s, 'id')), verdict = 'create'
WHERE target_id IS NULL
