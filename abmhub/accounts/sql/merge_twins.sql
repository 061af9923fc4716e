-- Rows of the one that goes which, given to the one that stays, would be there twice.
SELECT gone.key AS gone, stays.key AS stays
FROM (SELECT {key} AS key{values} FROM {table} WHERE {column} = %(gone)s AND {predicate}) AS gone
JOIN (SELECT {key} AS key{values} FROM {table} WHERE {column} = %(stays)s AND {predicate}) AS stays ON {same}
