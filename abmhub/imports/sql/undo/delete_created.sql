DELETE FROM {table} AS made
USING undoing
WHERE undoing."table" = {name}
    AND undoing.fingerprint IS NOT NULL
    AND undoing.refusal = ''
    AND made.{key} = undoing.key
