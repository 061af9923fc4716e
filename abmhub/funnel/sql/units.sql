-- Everything that a funnel counts, with the day on which it reached each stage, by the rules that are given.
-- The deepest stage that is true wins: a deal that fell back had still been an opportunity, a won one was all before.
-- A deal that names no day reached its stages long ago. Money in another than the business currency is not known.
-- The part "engaged" names a relation that says from when on accounts were engaged; the others are conditions that leave
-- the units that are asked for with all that they follow from: see funnel/units.py.
WITH stage AS (
    SELECT
        id,
        CASE WHEN id = ANY(%(won_stages)s) THEN 'won' WHEN id = ANY(%(lost_stages)s) THEN 'lost' ELSE 'open' END AS kind,
        id = ANY(%(qualified_stages)s) AS is_qualified
    FROM pipeline_stage
),
history AS (
    SELECT
        change.opportunity_id,
        min(change.entered_on) FILTER (WHERE stage.is_qualified AND stage.kind <> 'lost') AS qualified_on,
        max(change.entered_on) FILTER (WHERE stage.kind = 'open') AS last_open_on
    FROM pipeline_stagechange AS change
    JOIN stage ON stage.id = change.stage_id
    WHERE {changes}
    GROUP BY change.opportunity_id
),
begun AS (
    SELECT
        deal.id,
        deal.motion,
        deal.account_id,
        deal.owner_id,
        deal.territory_id,
        deal.campaign_id,
        stage.kind,
        stage.is_qualified,
        CASE WHEN deal.currency = %(currency)s THEN deal.amount END AS amount,
        coalesce(
            least(deal.engaged_on, CASE WHEN stage.kind <> 'open' THEN deal.closed_on END), date '0001-01-01'
        ) AS sql_on,
        deal.closed_on,
        history.qualified_on,
        history.last_open_on
    FROM pipeline_opportunity AS deal
    JOIN stage ON stage.id = deal.stage_id
    LEFT JOIN history ON history.opportunity_id = deal.id
    WHERE {deals}
),
deal AS (
    SELECT
        id, motion, account_id, owner_id, territory_id, campaign_id, amount, sql_on,
        CASE
            WHEN kind = 'won' THEN least(
                greatest(coalesce(qualified_on, CASE WHEN last_open_on IS NULL THEN sql_on END, closed_on), sql_on),
                coalesce(closed_on, sql_on)
            )
            WHEN qualified_on IS NOT NULL THEN greatest(qualified_on, sql_on)
            WHEN kind = 'lost' AND last_open_on IS NOT NULL THEN NULL
            WHEN is_qualified THEN greatest(last_open_on, sql_on)
        END AS opportunity_on,
        CASE WHEN kind = 'won' THEN coalesce(closed_on, sql_on) END AS won_on,
        CASE WHEN kind = 'lost' THEN coalesce(closed_on, sql_on) END AS lost_on
    FROM begun
),
tiered AS (
    SELECT account_id, min(on_day) AS pool_on
    FROM (
        SELECT account_id, changed_on AS on_day FROM accounts_tierchange WHERE to_tier_id IS NOT NULL AND {accounts}
        UNION ALL
        SELECT account_id, tier_since_on
        FROM accounts_standing
        WHERE tier_id IS NOT NULL AND tier_since_on IS NOT NULL AND {accounts}
    ) AS move
    GROUP BY account_id
),
bought AS (
    SELECT
        account_id, min(sql_on) AS sql_on, min(opportunity_on) AS opportunity_on, min(won_on) AS won_on,
        sum(amount) FILTER (WHERE won_on IS NOT NULL) AS amount
    FROM deal
    WHERE motion = 'abm' AND account_id IS NOT NULL
    GROUP BY account_id
),
target AS (
    SELECT
        coalesce(tiered.account_id, bought.account_id) AS account_id,
        least(tiered.pool_on, bought.sql_on) AS pool_on,
        bought.sql_on, bought.opportunity_on, bought.won_on, bought.amount
    FROM tiered
    FULL JOIN bought ON bought.account_id = tiered.account_id
),
-- The program whose list holds the account and that began last.
in_program AS (
    SELECT DISTINCT ON (member.account_id) member.account_id, member.program_id
    FROM campaigns_programaccount AS member
    JOIN campaigns_program AS program ON program.id = member.program_id
    WHERE {members}
    ORDER BY member.account_id, program.starts_on DESC, program.id DESC
),
first_touch AS (
    SELECT DISTINCT ON (touch.account_id) touch.account_id, touch.campaign_id
    FROM campaigns_touch AS touch
    WHERE touch.campaign_id IS NOT NULL AND touch.account_id IN (SELECT account_id FROM target)
    ORDER BY touch.account_id, touch.occurred_at, touch.id
),
led AS (
    SELECT DISTINCT ON (lead.opportunity_id) lead.opportunity_id, lead.campaign_id
    FROM pipeline_lead AS lead
    WHERE lead.opportunity_id IS NOT NULL AND {leads}
    ORDER BY lead.opportunity_id, lead.campaign_id NULLS LAST, lead.id
),
-- A lead that became a deal came no later than the deal began.
lead AS (
    SELECT
        lead.id, lead.account_id, lead.campaign_id,
        least(lead.created_on, deal.sql_on) AS pool_on,
        least(lead.mql_on, lead.sql_on, deal.sql_on) AS mql_on,
        least(lead.sql_on, deal.sql_on) AS sql_on,
        deal.opportunity_on, deal.won_on, deal.lost_on, deal.amount
    FROM pipeline_lead AS lead
    LEFT JOIN deal ON deal.id = lead.opportunity_id AND deal.motion = 'demand_gen'
    WHERE {leads}
),
unit AS (
    SELECT
        'abm' AS motion, 'account' AS kind, target.account_id AS key, TRUE AS is_entry, target.pool_on,
        least(
            CASE WHEN engaged.engaged_on IS NOT NULL THEN greatest(target.pool_on, engaged.engaged_on) END,
            target.sql_on
        ) AS interest_on,
        target.sql_on, target.opportunity_on, target.won_on, NULL::date AS lost_on, target.amount,
        target.account_id, NULL::bigint AS owner_id, NULL::bigint AS territory_id, first_touch.campaign_id
    FROM target
    LEFT JOIN {engaged} AS engaged ON engaged.account_id = target.account_id
    LEFT JOIN first_touch ON first_touch.account_id = target.account_id
    UNION ALL
    SELECT
        'demand_gen', 'lead', lead.id, TRUE, lead.pool_on,
        CASE WHEN lead.mql_on IS NOT NULL THEN greatest(lead.pool_on, lead.mql_on) END,
        CASE WHEN lead.sql_on IS NOT NULL THEN greatest(lead.pool_on, lead.sql_on) END,
        lead.opportunity_on, lead.won_on, lead.lost_on, lead.amount,
        lead.account_id, NULL, NULL, lead.campaign_id
    FROM lead
    UNION ALL
    SELECT
        deal.motion, 'deal', deal.id, deal.motion = 'demand_gen' AND led.opportunity_id IS NULL,
        CASE WHEN deal.motion = 'demand_gen' AND led.opportunity_id IS NULL THEN deal.sql_on END,
        CASE WHEN deal.motion = 'demand_gen' AND led.opportunity_id IS NULL THEN deal.sql_on END,
        deal.sql_on, deal.opportunity_on, deal.won_on, deal.lost_on, deal.amount,
        deal.account_id, deal.owner_id, deal.territory_id,
        coalesce(
            deal.campaign_id, led.campaign_id, CASE WHEN deal.motion = 'abm' THEN first_touch.campaign_id END
        )
    FROM deal
    LEFT JOIN led ON led.opportunity_id = deal.id
    LEFT JOIN first_touch ON first_touch.account_id = deal.account_id
)
SELECT
    unit.motion, unit.kind, unit.key, unit.is_entry,
    unit.pool_on, unit.interest_on, unit.sql_on, unit.opportunity_on, unit.won_on, unit.lost_on, unit.amount,
    unit.account_id AS account_key,
    standing.tier_id::smallint AS tier,
    coalesce(account.segment, '') AS segment,
    coalesce(account.industry, '') AS industry,
    coalesce(unit.territory_id, account.territory_id) AS territory_key,
    coalesce(unit.owner_id, account.owner_id) AS owner_key,
    coalesce(campaign.program_id, in_program.program_id) AS program_key,
    campaign.id AS campaign_key,
    campaign.channel_id AS channel_key,
    campaign.content_id AS content_key
FROM unit
LEFT JOIN accounts_account AS account ON account.id = unit.account_id
LEFT JOIN accounts_standing AS standing ON standing.account_id = unit.account_id
LEFT JOIN in_program ON in_program.account_id = unit.account_id
LEFT JOIN campaigns_campaign AS campaign ON campaign.id = unit.campaign_id
WHERE {told}
