UPDATE live
SET target_id = lead.id, matched_by = 'key'
FROM pipeline_lead AS lead
WHERE lead.source = %(source)s AND lead.external_id = live.identity
