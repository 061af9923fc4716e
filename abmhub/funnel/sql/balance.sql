-- What each of these months, given by their first days and moments, brought to either motion: the money of deals that
-- began and of those that were won, of the units as known now, what campaigns and orders cost, and how many touches were
-- made. Orders are of ABM; so is a touch that no campaign of demand generation made, because it was made on an account.
-- The month of each is its place among them: to convert many moments to days would take longer than all the rest.
WITH brought AS (
    SELECT 'pipeline' AS measure, width_bucket(sql_on, %(days)s::date[]) AS month, motion, sum(amount) AS amount
    FROM funnel_funnelunit
    WHERE known_until_on IS NULL AND kind = 'deal' AND sql_on <= %(on)s
    GROUP BY 2, 3
    UNION ALL
    SELECT 'revenue', width_bucket(won_on, %(days)s::date[]), motion, sum(amount)
    FROM funnel_funnelunit
    WHERE known_until_on IS NULL AND kind = 'deal' AND won_on <= %(on)s
    GROUP BY 2, 3
    UNION ALL
    SELECT 'spend', width_bucket(spend.spent_on, %(days)s::date[]), campaign.motion, spend.amount
    FROM campaigns_spend AS spend
    JOIN campaigns_campaign AS campaign ON campaign.id = spend.campaign_id
    WHERE spend.currency = %(currency)s AND spend.spent_on <= %(on)s
    UNION ALL
    SELECT 'spend', width_bucket(at, %(moments)s::timestamptz[]), 'abm', amount
    FROM budgets_ledgerentry
    WHERE kind = 'spend' AND at < %(until)s
    UNION ALL
    SELECT 'effort', made.month, coalesce(campaign.motion, 'abm'), made.touches
    FROM (
        SELECT width_bucket(occurred_at, %(moments)s::timestamptz[]) AS month, campaign_id, count(*) AS touches
        FROM campaigns_touch
        WHERE occurred_at < %(until)s
        GROUP BY 1, 2
    ) AS made
    LEFT JOIN campaigns_campaign AS campaign ON campaign.id = made.campaign_id
),
monthly AS (
    SELECT
        (%(days)s::date[])[month] AS month_on,
        measure,
        coalesce(sum(amount) FILTER (WHERE motion = 'abm'), 0) AS abm,
        coalesce(sum(amount) FILTER (WHERE motion = 'demand_gen'), 0) AS demand_gen
    FROM brought
    WHERE month > 0 AND amount IS NOT NULL
    GROUP BY 1, 2
),
-- A month that brought something once, and nothing any more, is kept with nothing.
emptied AS (
    UPDATE funnel_balancemonth AS kept
    SET abm = 0, demand_gen = 0
    WHERE kept.month_on = ANY(%(days)s::date[]) AND (kept.abm <> 0 OR kept.demand_gen <> 0) AND NOT EXISTS (
        SELECT FROM monthly WHERE monthly.month_on = kept.month_on AND monthly.measure = kept.measure
    )
)
INSERT INTO funnel_balancemonth AS kept (month_on, measure, abm, demand_gen)
SELECT month_on, measure, abm, demand_gen FROM monthly
ON CONFLICT (month_on, measure) DO UPDATE SET abm = excluded.abm, demand_gen = excluded.demand_gen
WHERE (kept.abm, kept.demand_gen) IS DISTINCT FROM (excluded.abm, excluded.demand_gen)
