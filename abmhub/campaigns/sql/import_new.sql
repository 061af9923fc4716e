INSERT INTO campaigns_campaign (id, name, motion, channel_id, started_on, ended_on, source, external_id)
SELECT
    target_id, name, coalesce(nullif(motion, ''), %(motion)s), channel_id, started_on, ended_on,
    CASE WHEN external_id <> '' THEN %(source)s ELSE '' END, external_id
FROM live
WHERE verdict = 'create'
ON CONFLICT (name) DO NOTHING
