INSERT INTO pipeline_campaignmember (id, campaign_id, contact_id, lead_id, status, responded_on, source, external_id)
SELECT target_id, campaign_id, contact_id, lead_id, status, responded_on, %(source)s, external_id
FROM live
WHERE verdict = 'create'
ON CONFLICT DO NOTHING
