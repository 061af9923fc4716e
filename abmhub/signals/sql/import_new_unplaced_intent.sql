INSERT INTO signals_unplacedobservation (id, domain, provider_id, topic_id, week_on, level)
SELECT target_id, waits_for, provider_id, topic_id, week_on, level
FROM live
WHERE verdict = 'create' AND waits_for IS NOT NULL
ON CONFLICT (domain, topic_id, week_on, provider_id) DO NOTHING
