UPDATE undoing
SET refusal = %(reason)s
FROM {table} AS made
WHERE undoing."table" = {name}
    AND undoing.key = made.{key}
    AND (
        undoing.fingerprint <> {fingerprint}
        OR jsonb_populate_record(made, undoing.after) IS DISTINCT FROM made
    )
