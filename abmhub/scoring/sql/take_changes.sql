-- Take what was noted.
WITH noted AS (
    DELETE FROM scoring_changedaccount RETURNING account_id, event_id, is_weighed_anew, is_read_anew
)
SELECT account_id, event_id, is_weighed_anew, is_read_anew FROM noted
