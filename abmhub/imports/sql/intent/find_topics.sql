UPDATE live
SET topic_id = named.id
FROM (SELECT lower(name) AS name, min(id) AS id FROM signals_topic GROUP BY lower(name)) AS named
WHERE named.name = lower(live.topic)
