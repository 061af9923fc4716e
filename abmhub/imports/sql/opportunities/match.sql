UPDATE live
SET target_id = deal.id
FROM pipeline_opportunity AS deal
WHERE deal.source = %(source)s AND deal.external_id = live.identity
