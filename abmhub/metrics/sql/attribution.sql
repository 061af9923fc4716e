-- The money of won deals by the channel of the touches of marketing before the win, under every model, as
-- metrics/attribution.py shares it: in whole cents, what is left over to the largest remainders, the earliest first.
-- Shares are fractions of a common denominator, so that no remainder is rounded.
WITH deal AS (
    SELECT id, account_id, closed_on, (100 * number)::bigint AS cents FROM ({deals}) AS won WHERE number IS NOT NULL
),
touched AS (
    SELECT
        deal.id AS deal_id, deal.cents, touch.channel_id,
        row_number() OVER (PARTITION BY deal.id ORDER BY touch.occurred_at, touch.id) AS place,
        count(*) OVER (PARTITION BY deal.id) AS touches
    FROM deal
    JOIN campaigns_touch AS touch
        ON touch.account_id = deal.account_id
        AND (touch.occurred_at AT TIME ZONE %(zone)s)::date <= deal.closed_on
        AND (touch.campaign_id IS NOT NULL OR touch.source = ANY(%(marketing)s))
),
weighed AS (
    SELECT
        touched.*, model.name AS model,
        CASE
            WHEN model.name = 'first' THEN (place = 1)::int
            WHEN model.name = 'last' THEN (place = touches)::int
            WHEN model.name = 'even' OR touches < 3 THEN 1
            WHEN place IN (1, touches) THEN 2 * (touches - 2)
            ELSE 1
        END AS part,
        CASE
            WHEN model.name IN ('first', 'last') THEN 1
            WHEN model.name = 'even' OR touches < 3 THEN touches
            ELSE 5 * (touches - 2)
        END AS whole
    FROM touched
    CROSS JOIN unnest(%(models)s::text[]) AS model (name)
),
ranked AS (
    SELECT
        deal_id, model, channel_id, cents * part / whole AS share,
        row_number() OVER (PARTITION BY deal_id, model ORDER BY (cents * part) %% whole DESC, place) AS rank,
        cents - sum(cents * part / whole) OVER (PARTITION BY deal_id, model) AS left_over
    FROM weighed
),
due AS (
    SELECT model, channel_id, deal_id, share + (rank <= left_over)::int AS cents FROM ranked
    UNION ALL
    SELECT model.name, NULL, deal.id, deal.cents
    FROM deal
    CROSS JOIN unnest(%(models)s::text[]) AS model (name)
    WHERE NOT EXISTS (SELECT FROM touched WHERE touched.deal_id = deal.id)
)
INSERT INTO metrics_attributionsnapshot (snapshot_on, model, channel_id, deals, amount)
SELECT %(as_of)s, model, channel_id, count(DISTINCT deal_id) FILTER (WHERE cents > 0), sum(cents) / 100.0
FROM due
GROUP BY model, channel_id
HAVING sum(cents) > 0
