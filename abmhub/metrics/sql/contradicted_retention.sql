-- What was renewed of what was due, on the newest night, where that is more than all of it.
SELECT kept.snapshot_on, kept."window", kept.rows AS kept, coalesce(due.rows, 0) AS due
FROM metrics_figuresnapshot AS kept
LEFT JOIN metrics_figuresnapshot AS due
    ON due.snapshot_on = kept.snapshot_on AND due."window" = kept."window" AND due.by = '' AND due.figure = 'contracts_due'
WHERE kept.figure = 'contracts_kept' AND kept.by = ''
    AND kept.snapshot_on = (SELECT max(snapshot_on) FROM metrics_figuresnapshot)
    AND (kept.rows > coalesce(due.rows, 0) OR kept.amount > coalesce(due.amount, 0))
ORDER BY kept."window"
