UPDATE {table} AS made
SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(made, undoing.before))
FROM undoing
WHERE undoing.id = ANY(%(changes)s) AND undoing.after IS NOT NULL AND made.{key} = undoing.key
