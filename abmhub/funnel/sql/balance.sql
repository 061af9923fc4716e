-- What each month brought to either motion, of the units as known now: the money of deals that began and of those
-- that were won, what campaigns and orders cost, and how many touches were made. Orders are of ABM; so is a touch that
-- no campaign of demand generation made, because it was made on an account.
WITH brought AS (
    SELECT 'pipeline' AS measure, sql_on AS on_day, motion, amount
    FROM funnel_funnelunit
    WHERE known_until_on IS NULL AND kind = 'deal'
    UNION ALL
    SELECT 'revenue', won_on, motion, amount
    FROM funnel_funnelunit
    WHERE known_until_on IS NULL AND kind = 'deal'
    UNION ALL
    SELECT 'spend', spend.spent_on, campaign.motion, spend.amount
    FROM campaigns_spend AS spend
    JOIN campaigns_campaign AS campaign ON campaign.id = spend.campaign_id
    WHERE spend.currency = %(currency)s
    UNION ALL
    SELECT 'spend', (entry.at AT TIME ZONE %(zone)s)::date, 'abm', entry.amount
    FROM budgets_ledgerentry AS entry
    WHERE entry.kind = 'spend'
    UNION ALL
    SELECT 'effort', (touch.occurred_at AT TIME ZONE %(zone)s)::date, coalesce(campaign.motion, 'abm'), 1
    FROM campaigns_touch AS touch
    LEFT JOIN campaigns_campaign AS campaign ON campaign.id = touch.campaign_id
),
monthly AS (
    SELECT
        date_trunc('month', on_day)::date AS month_on,
        measure,
        coalesce(sum(amount) FILTER (WHERE motion = 'abm'), 0) AS abm,
        coalesce(sum(amount) FILTER (WHERE motion = 'demand_gen'), 0) AS demand_gen
    FROM brought
    WHERE on_day <= %(on)s AND on_day > %(since)s AND amount IS NOT NULL
    GROUP BY 1, 2
)
INSERT INTO funnel_balancemonth AS kept (month_on, measure, abm, demand_gen)
SELECT month_on, measure, abm, demand_gen FROM monthly
ON CONFLICT (month_on, measure) DO UPDATE SET abm = excluded.abm, demand_gen = excluded.demand_gen
WHERE (kept.abm, kept.demand_gen) IS DISTINCT FROM (excluded.abm, excluded.demand_gen)
