-- How many had reached each stage by the day. Whoever reached a stage counts in those before it, too.
-- ABM counts accounts up to the engaged ones, demand gen counts leads up to the MQLs; then both count deals.
-- The rows of a day that is over are frozen.
WITH deal AS (
    SELECT * FROM ({deals}) AS begun
),
target AS (
    SELECT account_id FROM accounts_tierchange WHERE to_tier_id IS NOT NULL AND changed_on <= %(as_of)s
    UNION
    SELECT account_id FROM accounts_standing WHERE tier_id IS NOT NULL AND tier_since_on <= %(as_of)s
    UNION
    SELECT account_id FROM deal WHERE motion = 'abm' AND account_id IS NOT NULL
),
target_depth AS (
    SELECT
        account_id,
        EXISTS (
            SELECT FROM signals_engagementevent AS event
            JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.is_meaningful
            WHERE event.account_id = target.account_id AND event.occurred_at < %(until)s
        ) OR EXISTS (
            SELECT FROM signals_engagementmonth AS month
            JOIN signals_eventtype AS event_type ON event_type.id = month.event_type_id AND event_type.is_meaningful
            WHERE month.account_id = target.account_id AND month.first_at < %(until)s
        ) OR EXISTS (
            SELECT FROM deal WHERE deal.account_id = target.account_id AND deal.motion = 'abm'
        ) AS is_engaged
    FROM target
),
lead AS (
    SELECT
        lead.id,
        lead.account_id,
        coalesce(lead.mql_on <= %(as_of)s, FALSE) AS is_mql,
        coalesce(lead.sql_on <= %(as_of)s, FALSE) OR deal.id IS NOT NULL AS is_sql,
        deal.amount
    FROM pipeline_lead AS lead
    LEFT JOIN deal ON deal.id = lead.opportunity_id AND deal.motion = 'demand_gen'
    WHERE lead.created_on <= %(as_of)s
),
leadless AS (
    SELECT * FROM deal
    WHERE motion = 'demand_gen' AND NOT EXISTS (
        SELECT FROM pipeline_lead AS lead WHERE lead.opportunity_id = deal.id AND lead.created_on <= %(as_of)s
    )
),
reached AS (
    SELECT 'abm' AS motion, 'pool' AS stage, account_id, NULL::numeric AS amount FROM target_depth
    UNION ALL
    SELECT 'abm', 'interest', account_id, NULL FROM target_depth WHERE is_engaged
    UNION ALL
    SELECT 'abm', 'sql', account_id, amount FROM deal WHERE motion = 'abm'
    UNION ALL
    SELECT 'demand_gen', 'pool', account_id, NULL FROM lead
    UNION ALL
    SELECT 'demand_gen', 'interest', account_id, NULL FROM lead WHERE is_mql OR is_sql
    UNION ALL
    SELECT 'demand_gen', 'sql', account_id, amount FROM lead WHERE is_sql
    UNION ALL
    SELECT 'demand_gen', earlier.stage, account_id, CASE WHEN earlier.stage = 'sql' THEN amount END
    FROM leadless CROSS JOIN (VALUES ('pool'), ('interest'), ('sql')) AS earlier (stage)
    UNION ALL
    SELECT motion, 'opportunity', account_id, amount FROM deal WHERE was_opportunity
    UNION ALL
    SELECT motion, 'won', account_id, amount FROM deal WHERE outcome = 'won'
)
INSERT INTO funnel_funnelsnapshot AS snapshot
    (snapshot_on, motion, stage, volume, accounts, value_amount, currency)
SELECT
    %(as_of)s, motion.name, stage.name,
    count(reached.motion), count(DISTINCT reached.account_id), coalesce(sum(reached.amount), 0), %(currency)s
FROM (VALUES ('abm'), ('demand_gen')) AS motion (name)
CROSS JOIN (VALUES ('pool'), ('interest'), ('sql'), ('opportunity'), ('won')) AS stage (name)
LEFT JOIN reached ON reached.motion = motion.name AND reached.stage = stage.name
GROUP BY motion.name, stage.name
ON CONFLICT (snapshot_on, motion, stage) DO UPDATE SET
    volume = excluded.volume,
    accounts = excluded.accounts,
    value_amount = excluded.value_amount,
    currency = excluded.currency
WHERE NOT %(is_over)s
