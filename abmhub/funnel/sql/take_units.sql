-- Take what was noted of units.
WITH noted AS (
    DELETE FROM funnel_changedunit RETURNING kind, key
)
SELECT DISTINCT kind, key FROM noted
