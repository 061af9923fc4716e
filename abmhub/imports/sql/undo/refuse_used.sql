-- Something refers to a row that the import created, and will go on doing so after it was undone.
UPDATE undoing
SET refusal = %(reason)s
FROM {child} AS child
WHERE undoing."table" = {name}
    AND undoing.fingerprint IS NOT NULL
    AND undoing.refusal = ''
    AND child.{child_column} = undoing.key
    AND NOT EXISTS (
        SELECT FROM undoing AS going
        WHERE going."table" = {child_name}
            AND going.key = child.{child_key}
            AND going.refusal = ''
            AND (going.fingerprint IS NOT NULL OR going.before ? {column})
    )
