UPDATE undoing
SET refusal = %(reason)s
WHERE "table" = {name} AND after IS NOT NULL AND NOT EXISTS (SELECT FROM {table} AS made WHERE made.{key} = undoing.key)
