-- What one account reads about, strongest first, with the names.
SELECT topic.*, named.name AS topic, provider.name AS provider
FROM ({topics}) AS topic
JOIN signals_topic AS named ON named.id = topic.topic_id
JOIN signals_intentprovider AS provider ON provider.id = topic.provider_id
ORDER BY topic.value DESC NULLS LAST, topic.recent_mean DESC NULLS LAST, named.name, provider.name
LIMIT %(limit)s
