-- What the ledger says of a step, as long as this attempt is the latest: one that was cut off may still have its word on
-- the way when another has taken over. Waits for an attempt that just begins.
INSERT INTO core_runstep (run_id, name, position, started_at, finished_at, rows, seconds)
SELECT id, %(name)s, %(position)s, %(started_at)s, %(finished_at)s, %(rows)s, %(seconds)s
FROM core_run
WHERE id = %(run_id)s AND attempts = %(attempt)s
FOR NO KEY UPDATE
ON CONFLICT (run_id, name) DO UPDATE SET
    finished_at = excluded.finished_at,
    rows = excluded.rows,
    seconds = excluded.seconds
