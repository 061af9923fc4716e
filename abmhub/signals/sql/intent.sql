-- The intent of every account that a scored provider has seen in time, from its three strongest clusters: see
-- signals/intent.py. A topic without a cluster stands for itself.
SELECT account_id, least(100, (10 * values[1] + coalesce(values[2], 0) + coalesce(values[3], 0) + 5) / 10) AS intent
FROM (
    SELECT account_id, array_agg(value ORDER BY value DESC) AS values
    FROM (
        SELECT topic.account_id, max(topic.value) AS value
        FROM ({topics}) AS topic
        JOIN signals_topic AS named ON named.id = topic.topic_id
        WHERE topic.value IS NOT NULL
        GROUP BY topic.account_id, coalesce(named.cluster_id, -named.id)
    ) AS cluster
    GROUP BY account_id
) AS account
