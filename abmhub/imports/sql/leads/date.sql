-- A lead without a day came no later than it became MQL or SQL, or than we heard of it.
WITH undated AS (
    UPDATE live SET created_on = coalesce(least(mql_on, sql_on), %(day)s)
    WHERE created_on IS NULL AND target_id IS NULL
    RETURNING live.row_number, live.created_on
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'created_on', '', 'The file does not say when the lead came; ' || created_on || ' was taken.'
FROM undated
