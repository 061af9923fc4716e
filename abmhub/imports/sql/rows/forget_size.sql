-- A table that is empty, or is called so by its statistics, is planned for by its size from now on, as a new one is.
-- The lock that this takes keeps a vacuum from counting it until the end: it would see none of the rows to come.
SELECT pg_clear_relation_stats(schema.nspname, relation.relname)
FROM pg_class AS relation
JOIN pg_namespace AS schema ON schema.oid = relation.relnamespace
WHERE (relation.oid = %(relation)s::regclass OR relation.oid IN (SELECT relid FROM pg_partition_tree(%(relation)s)))
    AND relation.relkind = 'r'
    AND (relation.reltuples = 0 OR NOT EXISTS (SELECT FROM {table}))
