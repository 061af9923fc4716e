UPDATE campaigns_campaign AS campaign
SET
    name = live.name,
    motion = live.motion,
    channel_id = live.channel_id,
    started_on = live.started_on,
    ended_on = live.ended_on,
    source = live.new_source,
    external_id = live.new_external_id
FROM live
WHERE campaign.id = live.target_id AND live.verdict = 'update'
