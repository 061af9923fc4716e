-- What was deleted or given to a third meanwhile stays as it is.
UPDATE {table} SET {column} = %(gone)s WHERE {column} = %(stays)s AND {key} = ANY (%(keys)s)
