SELECT to_jsonb(looked_at) AS row FROM {table} AS looked_at WHERE {key} = %(key)s
