-- The domains that no account has, those first that did most: so many points on the day that they happened, then so
-- many of the level at which they read.
SELECT
    domain,
    sum(events)::int AS events,
    sum(meaningful)::int AS meaningful,
    sum(points)::int AS points,
    sum(topics)::int AS topics,
    sum(strong_topics)::int AS strong_topics,
    max(last_on) AS last_on
FROM (
    SELECT
        event.domain,
        count(*) AS events,
        count(*) FILTER (WHERE event_type.is_meaningful) AS meaningful,
        sum(event_type.weight) AS points,
        0 AS topics,
        0 AS strong_topics,
        0 AS levels,
        timezone(%(zone)s, max(event.occurred_at))::date AS last_on
    FROM signals_unplacedevent AS event
    JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id
    WHERE event.occurred_at >= %(since)s
    GROUP BY event.domain
    UNION ALL
    SELECT
        read.domain,
        0, 0, 0,
        count(*),
        count(*) FILTER (WHERE read.level >= %(strong_from)s),
        sum(read.level),
        max(read.last_on)
    FROM (
        SELECT domain, topic_id, max(level) AS level, max(week_on) AS last_on
        FROM signals_unplacedobservation AS observation
        JOIN signals_intentprovider AS provider ON provider.id = observation.provider_id AND provider.is_scored
        WHERE week_on >= %(since)s::date
        GROUP BY domain, topic_id
    ) AS read
    GROUP BY read.domain
) AS signal
GROUP BY domain
ORDER BY sum(points) DESC, sum(strong_topics) DESC, sum(levels) DESC, domain
LIMIT %(limit)s
