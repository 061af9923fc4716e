-- Figures of the newest night whose slices do not sum to the whole.
WITH night AS (SELECT max(snapshot_on) AS snapshot_on FROM metrics_figuresnapshot),
part AS (
    SELECT figure, "window", by, sum(rows) AS rows, sum(known) AS known, sum(amount) AS amount
    FROM metrics_figuresnapshot
    WHERE snapshot_on = (SELECT snapshot_on FROM night) AND by <> ''
    GROUP BY figure, "window", by
)
SELECT whole.snapshot_on, whole.figure, whole."window", part.by, whole.rows, part.rows AS sliced
FROM part
JOIN metrics_figuresnapshot AS whole
    ON whole.snapshot_on = (SELECT snapshot_on FROM night) AND whole.by = ''
    AND whole.figure = part.figure AND whole."window" = part."window"
WHERE (whole.rows, whole.known, whole.amount) IS DISTINCT FROM (part.rows, part.known, part.amount)
ORDER BY whole.figure, whole."window", part.by
