-- What came before the month had a table. It is the same as before: no trigger is told.
WITH moved AS (
    DELETE FROM {rest} WHERE {column} >= {begin} AND {column} < {end} RETURNING *
)
INSERT INTO {month} SELECT * FROM moved
