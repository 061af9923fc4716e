INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    row_number, 'campaign', coalesce(nullif(campaign_name, ''), campaign_external_id),
    'No campaign has this name or key; it was left out.'
FROM live
WHERE campaign_id IS NULL AND campaign_name || campaign_external_id <> ''
