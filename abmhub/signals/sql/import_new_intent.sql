INSERT INTO signals_intentobservation (id, account_id, provider_id, topic_id, week_on, level)
SELECT target_id, account_id, provider_id, topic_id, week_on, level
FROM live
WHERE verdict = 'create' AND waits_for IS NULL
ON CONFLICT (account_id, topic_id, week_on, provider_id) DO NOTHING
