-- To which tactics and programs the money of deals is due: cents by deal and model. A touch is due to the tactic whose
-- delivery it was; and to the program of its campaign, or else to the one that began last of those whose days and list
-- hold it. A relation that becomes part of other statements.
WITH due AS MATERIALIZED (
    SELECT * FROM ({shares}) AS shared WHERE touch_id IS NOT NULL AND cents > 0
),
touch AS (
    SELECT known.id, line.tactic_id, coalesce(campaign.program_id, listed.program_id) AS program_id
    FROM campaigns_touch AS known
    LEFT JOIN orders_orderline AS line
        ON known.source = 'orders' AND line.id = substring(known.external_id FROM '^order-line-(\d+)/')::bigint
    LEFT JOIN campaigns_campaign AS campaign ON campaign.id = known.campaign_id
    LEFT JOIN LATERAL (
        {program_on}
    ) AS listed ON known.campaign_id IS NULL
    WHERE known.id IN (SELECT touch_id FROM due)
)
SELECT 'tactic' AS kind, touch.tactic_id AS key, due.model, due.outcome, due.deal_id, sum(due.cents) AS cents
FROM due
JOIN touch ON touch.id = due.touch_id
WHERE touch.tactic_id IS NOT NULL
GROUP BY touch.tactic_id, due.model, due.outcome, due.deal_id
UNION ALL
SELECT 'program', touch.program_id, due.model, due.outcome, due.deal_id, sum(due.cents)
FROM due
JOIN touch ON touch.id = due.touch_id
WHERE touch.program_id IS NOT NULL
GROUP BY touch.program_id, due.model, due.outcome, due.deal_id
