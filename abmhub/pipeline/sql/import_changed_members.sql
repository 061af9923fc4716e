UPDATE pipeline_campaignmember AS member
SET
    status = live.status,
    responded_on = live.responded_on,
    source = live.new_source,
    external_id = live.new_external_id
FROM live
WHERE member.id = live.target_id AND live.verdict = 'update'
