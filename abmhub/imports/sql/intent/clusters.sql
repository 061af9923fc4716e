-- The cluster that the file names for topics that are in none.
SELECT live.topic_id, min(live.cluster) AS name
FROM live
JOIN signals_topic AS topic ON topic.id = live.topic_id AND topic.cluster_id IS NULL
WHERE live.cluster <> ''
GROUP BY live.topic_id
