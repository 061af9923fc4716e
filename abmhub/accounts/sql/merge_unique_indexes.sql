-- What must be unique in a table together with one of its columns: the other parts of each such index, as
-- expressions on the table, and the rows that it covers.
SELECT
    ARRAY(
        SELECT pg_get_indexdef(index.indexrelid, place, true)
        FROM generate_series(1, index.indnkeyatts) AS place
        WHERE index.indkey[place - 1] <> owner.attnum
    ) AS expressions,
    coalesce(pg_get_expr(index.indpred, index.indrelid), 'true') AS predicate
FROM pg_index AS index
JOIN pg_attribute AS owner ON owner.attrelid = index.indrelid AND owner.attname = %(column)s
WHERE index.indrelid = %(table)s::regclass AND index.indisunique AND owner.attnum = ANY (index.indkey)
