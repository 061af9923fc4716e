UPDATE live
SET target_id = campaign.id, matched_by = 'key'
FROM campaigns_campaign AS campaign
WHERE live.external_id <> '' AND campaign.source = %(source)s AND campaign.external_id = live.external_id
