-- What the row referred to before the import is no longer there.
UPDATE undoing
SET refusal = %(reason)s
WHERE "table" = {name}
    AND refusal = ''
    AND before ->> {column} IS NOT NULL
    AND NOT EXISTS (SELECT FROM {target} AS target WHERE target.{target_key} = (undoing.before ->> {column})::bigint)
