SELECT "table", bool_or(fingerprint IS NULL) AS has_changes FROM written GROUP BY "table" ORDER BY "table"
