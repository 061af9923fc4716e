-- Rows of another table that the import made for some targets.
SELECT made.{column} AS target, made.{key} AS key
FROM written
JOIN {table} AS made ON made.{key} = written.key
WHERE written."table" = {name} AND written.fingerprint IS NOT NULL AND made.{column} = ANY(%(keys)s)
ORDER BY made.{key}
