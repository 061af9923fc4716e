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
            provider.is_stale,
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
        JOIN (
            SELECT
                id,
                name,
                (
                    SELECT any_account.week_on
                    FROM signals_intentobservation AS any_account
                    WHERE any_account.provider_id = reporting.id AND any_account.week_on <= %(this_week)s
                    ORDER BY any_account.week_on DESC
                    LIMIT 1
                ) + 6 + due_every_days < %(as_of)s::date AS is_stale
            FROM signals_intentprovider AS reporting
            WHERE is_scored
        ) AS provider ON provider.id = topic.provider_id
        LEFT JOIN signals_topiccluster AS cluster ON cluster.id = named.cluster_id
        WINDOW strongest AS (
            ORDER BY topic.value DESC NULLS LAST, topic.recent_mean DESC NULLS LAST, named.name, provider.name
        )
    ) AS led
) AS ranked
WHERE rank <= %(limit)s OR is_counted
ORDER BY rank
