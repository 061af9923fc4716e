DELETE FROM {table} AS dropped WHERE {key} = %(gone)s RETURNING to_jsonb(dropped) AS row
