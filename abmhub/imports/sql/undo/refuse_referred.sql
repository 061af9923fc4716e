-- Something that this import did not touch refers to a row that it created.
UPDATE undoing
SET refusal = %(reason)s
FROM {child} AS child
WHERE undoing."table" = {name}
    AND undoing.fingerprint IS NOT NULL
    AND undoing.refusal = ''
    AND child.{child_column} = undoing.key
