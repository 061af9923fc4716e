-- What is from months that were dropped was counted when they were: it would count twice.
UPDATE live SET skip = %(reason)s WHERE {column}::timestamptz < timezone('UTC', %(first)s::timestamp)
