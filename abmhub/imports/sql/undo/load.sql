SELECT id, "table", key, before, after, fingerprint, ''::text AS refusal
FROM imports_importchange
WHERE run_id = %(run)s
