-- What belongs to a row that has to stay stays with it.
UPDATE undoing
SET refusal = %(reason)s
FROM undoing AS stays
WHERE undoing."table" = {child_name}
    AND undoing.refusal = ''
    AND undoing.after IS NULL
    AND stays."table" = {name}
    AND stays.refusal <> ''
    AND stays.key = coalesce(
        (undoing.before ->> {column})::bigint,
        (SELECT child.{child_column} FROM {child} AS child WHERE child.{child_key} = undoing.key)
    )
