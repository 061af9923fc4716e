-- The money of deals by the touches of marketing before the deal was won, or before today while it is open, under every
-- model, as metrics/attribution.py shares it: in whole cents, what is left over to the largest remainders, the earliest
-- first. Shares are fractions of a common denominator, so that no remainder is rounded. A deal without any touch is
-- due to none. A relation that becomes part of other statements.
WITH deal AS (
    SELECT id, account_id, outcome, until_on, (100 * number)::bigint AS cents
    FROM ({deals}) AS found
    WHERE number IS NOT NULL
),
touched AS (
    SELECT
        deal.id AS deal_id, deal.outcome, deal.cents, touch.id AS touch_id, touch.channel_id,
        row_number() OVER (PARTITION BY deal.id ORDER BY touch.occurred_at, touch.id) AS place,
        count(*) OVER (PARTITION BY deal.id) AS touches
    FROM deal
    JOIN campaigns_touch AS touch
        ON touch.account_id = deal.account_id
        AND (touch.occurred_at AT TIME ZONE %(zone)s)::date <= deal.until_on
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
        deal_id, outcome, model, touch_id, channel_id, cents * part / whole AS share,
        row_number() OVER (PARTITION BY deal_id, model ORDER BY (cents * part) %% whole DESC, place) AS rank,
        cents - sum(cents * part / whole) OVER (PARTITION BY deal_id, model) AS left_over
    FROM weighed
)
SELECT model, outcome, deal_id, touch_id, channel_id, share + (rank <= left_over)::int AS cents FROM ranked
UNION ALL
SELECT model.name, outcome, deal.id, NULL, NULL, deal.cents
FROM deal
CROSS JOIN unnest(%(models)s::text[]) AS model (name)
WHERE NOT EXISTS (SELECT FROM touched WHERE touched.deal_id = deal.id)
