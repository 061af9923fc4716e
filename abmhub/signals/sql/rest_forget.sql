DELETE FROM {rest} WHERE {column} < {first}
