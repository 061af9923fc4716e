INSERT INTO committee_optout (contact_id, channel, opted_out_at, source)
SELECT live.target_id, refused.channel, refused.at, %(source)s
FROM live
CROSS JOIN LATERAL unnest(live.refused_channels, live.refused_at) AS refused (channel, at)
WHERE live.verdict <> 'unchanged'
ON CONFLICT (contact_id, channel) DO NOTHING
