-- Those that wait already.
UPDATE live
SET target_id = known.id, verdict = CASE WHEN known.level <> live.level THEN 'update' ELSE 'unchanged' END
FROM signals_unplacedobservation AS known
WHERE known.domain = live.waits_for
    AND known.topic_id = live.topic_id
    AND known.week_on = live.week_on
    AND known.provider_id = live.provider_id
