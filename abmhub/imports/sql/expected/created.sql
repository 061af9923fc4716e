SELECT made.{key} AS key, NULL AS before, to_jsonb(made)::text AS after
FROM {table} AS made
WHERE made.{key} = ANY(%(keys)s)
