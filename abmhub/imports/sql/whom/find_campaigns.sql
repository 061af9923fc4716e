-- By the key of the source, or else by name.
UPDATE live
SET campaign_id = coalesce(
    (
        SELECT campaign.id
        FROM campaigns_campaign AS campaign
        WHERE campaign.source = %(source)s AND campaign.external_id = live.campaign_external_id
            AND live.campaign_external_id <> ''
    ),
    (
        SELECT min(campaign.id)
        FROM campaigns_campaign AS campaign
        WHERE lower(campaign.name) = lower(live.campaign_name)
    )
)
WHERE campaign_external_id <> '' OR campaign_name <> ''
