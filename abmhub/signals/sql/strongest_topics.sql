-- What one account reads about, strongest first, with the names: so many, and those that lead one of the three
-- strongest clusters.
SELECT ranked.*
FROM (
    SELECT led.*, leads AND count(*) FILTER (WHERE leads) OVER (ORDER BY rank) <= %(clusters)s AS is_counted
    FROM (
        SELECT
            topic.*,
            named.name AS topic,
            provider.name AS provider,
            coalesce(cluster.name, '') AS cluster,
            coalesce(named.cluster_id, -named.id) AS cluster_key,
            row_number() OVER strongest AS rank,
            topic.value IS NOT NULL
            AND row_number() OVER (
                PARTITION BY coalesce(named.cluster_id, -named.id)
                ORDER BY topic.value DESC NULLS LAST, topic.recent_mean DESC NULLS LAST, named.name, provider.name
            ) = 1 AS leads
        FROM ({topics}) AS topic
        JOIN signals_topic AS named ON named.id = topic.topic_id
        JOIN signals_intentprovider AS provider ON provider.id = topic.provider_id
        LEFT JOIN signals_topiccluster AS cluster ON cluster.id = named.cluster_id
        WINDOW strongest AS (
            ORDER BY topic.value DESC NULLS LAST, topic.recent_mean DESC NULLS LAST, named.name, provider.name
        )
    ) AS led
) AS ranked
WHERE rank <= %(limit)s OR is_counted
ORDER BY rank
