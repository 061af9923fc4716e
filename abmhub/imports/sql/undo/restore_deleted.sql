INSERT INTO {table} ({columns})
SELECT {columns}
FROM (
    SELECT (jsonb_populate_record(NULL::{table}, before)).*
    FROM undoing
    WHERE id = ANY(%(changes)s) AND after IS NULL
) AS was
