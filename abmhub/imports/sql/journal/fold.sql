-- What was written more than once is told as one: as it was at first, as it is at last.
WITH many AS (
    DELETE FROM written
    WHERE "table" = {name}
        AND key IN (SELECT key FROM written WHERE "table" = {name} GROUP BY key HAVING count(*) > 1)
    RETURNING *
), one AS (
    SELECT DISTINCT
        key,
        first_value(fingerprint IS NOT NULL) OVER so_far AS is_new,
        first_value(after IS NULL AND fingerprint IS NULL) OVER backwards AS is_gone
    FROM many
    WINDOW so_far AS (PARTITION BY key ORDER BY position), backwards AS (PARTITION BY key ORDER BY position DESC)
), before AS (
    SELECT key, jsonb_object_agg(name, value) AS columns
    FROM (
        SELECT DISTINCT ON (many.key, found.key) many.key, found.key AS name, found.value
        FROM many, jsonb_each(many.before) AS found
        ORDER BY many.key, found.key, position
    ) AS first
    GROUP BY key
), after AS (
    SELECT key, jsonb_object_agg(name, value) AS columns
    FROM (
        SELECT DISTINCT ON (many.key, found.key) many.key, found.key AS name, found.value
        FROM many, jsonb_each(many.after) AS found
        ORDER BY many.key, found.key, position DESC
    ) AS last
    GROUP BY key
)
INSERT INTO written ("table", key, before, after, fingerprint)
SELECT
    {name}, key,
    CASE WHEN NOT is_new THEN before.columns END,
    CASE WHEN NOT is_new AND NOT is_gone THEN after.columns END,
    CASE WHEN is_new THEN {fingerprint} END
FROM one
LEFT JOIN before USING (key)
LEFT JOIN after USING (key)
LEFT JOIN {table} AS made ON made.{key} = one.key
WHERE NOT (is_new AND is_gone)
    AND (is_new OR is_gone OR before.columns IS DISTINCT FROM after.columns)
