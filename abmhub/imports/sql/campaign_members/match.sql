UPDATE live
SET target_id = member.id
FROM pipeline_campaignmember AS member
WHERE member.campaign_id = live.campaign_id
    AND (member.contact_id = live.contact_id OR member.lead_id = live.lead_id)
