UPDATE {table} AS restored
SET {columns}
FROM jsonb_populate_record(NULL::{table}, %(row)s) AS old
WHERE restored.{key} = %(key)s
