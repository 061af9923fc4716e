SELECT min(topic) AS name
FROM live
WHERE lower(topic) NOT IN (SELECT lower(name) FROM signals_topic)
GROUP BY lower(topic)
ORDER BY name
