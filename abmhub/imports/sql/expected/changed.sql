SELECT key, before::text AS before, after::text AS after
FROM written
WHERE "table" = {name} AND key = ANY(%(keys)s) AND after IS NOT NULL
