-- Unless the same source calls that campaign by another key: then they are two, and one has to be renamed.
WITH called AS (
    SELECT
        live.row_number,
        min(campaign.id) AS id,
        bool_or(
            live.target_id IS NOT NULL
            OR live.external_id <> '' AND campaign.source = %(source)s AND campaign.external_id <> ''
        ) AS is_another
    FROM live
    JOIN campaigns_campaign AS campaign
        ON lower(campaign.name) = lower(live.name) AND campaign.id IS DISTINCT FROM live.target_id
    GROUP BY live.row_number
)
UPDATE live
SET
    target_id = CASE WHEN is_another THEN live.target_id ELSE called.id END,
    matched_by = 'name',
    rejection = CASE WHEN is_another THEN 'Another campaign has this name: rename one of them.' ELSE '' END
FROM called
WHERE live.row_number = called.row_number
