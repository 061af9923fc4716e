INSERT INTO imports_importchange (run_id, row_number, "table", key, before, after, fingerprint)
SELECT %(run)s, live.row_number, written."table", written.key, written.before, written.after, written.fingerprint
FROM written
LEFT JOIN live ON live.target_id = written.key AND written."table" = %(table)s
ORDER BY written.position
