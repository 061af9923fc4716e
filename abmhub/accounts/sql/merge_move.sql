-- Returns the keys as they are afterwards: where the column is the key itself, it is the new one.
UPDATE {table} SET {column} = %(stays)s WHERE {column} = %(gone)s RETURNING {key} AS key
