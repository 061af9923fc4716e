UPDATE signals_unplacedobservation AS known
SET level = live.level
FROM live
WHERE known.id = live.target_id AND live.verdict = 'update' AND live.waits_for IS NOT NULL
