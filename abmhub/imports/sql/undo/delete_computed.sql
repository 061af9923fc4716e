DELETE FROM {child} AS child
USING undoing
WHERE undoing."table" = {name}
    AND undoing.fingerprint IS NOT NULL
    AND undoing.refusal = ''
    AND child.{child_column} = undoing.key
