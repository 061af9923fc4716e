UPDATE live
SET rejection = CASE
    WHEN coalesce(live.ended_on, old.ended_on) < coalesce(live.started_on, old.started_on)
    THEN 'The campaign ends before it starts.'
    WHEN old.id IS NULL AND live.channel_id IS NULL THEN 'Say in which channel the campaign runs.'
    WHEN old.id IS NULL AND live.started_on IS NULL THEN 'Say when the campaign starts.'
    ELSE ''
END
FROM live AS same
LEFT JOIN campaigns_campaign AS old ON old.id = same.target_id
WHERE live.row_number = same.row_number
