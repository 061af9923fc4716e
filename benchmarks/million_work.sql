SELECT setseed(0.5);
SET LOCAL maintenance_work_mem = '512MB';
SET LOCAL work_mem = '256MB';
INSERT INTO users_team (id, name) SELECT number, 'Marketing ' || number FROM generate_series(13, 16) AS number;
INSERT INTO users_user (id, password, is_superuser, email, name, role, team_id, is_staff, is_active)
SELECT
    number, %(password)s, false,
    CASE number WHEN 65 THEN 'marketer' WHEN 105 THEN 'marketing' WHEN 106 THEN 'analyst' ELSE 'person' || number END || '@example.com',
    'Maker ' || number,
    CASE number WHEN 105 THEN 'marketing_manager' WHEN 106 THEN 'analyst' ELSE 'marketer' END,
    CASE WHEN number < 105 THEN 13 + number %% 4 END,
    false, true
FROM generate_series(65, 106) AS number;
INSERT INTO pipeline_product (id, name) SELECT number, 'Product ' || number FROM generate_series(1, 20) AS number;
INSERT INTO committee_content (id, title, url, stage)
SELECT 1000 + number, 'Paper ' || number, 'https://example.com/' || number, (ARRAY['tofu','mofu','bofu'])[1 + number %% 3]
FROM generate_series(1, 40) AS number;
INSERT INTO campaigns_program (id, name, audience, period, starts_on, budget_amount, currency, objectives, frozen_at)
SELECT
    number, 'Program ' || number, '2026-Q1-EMEA-List ' || number, 'quarter',
    (date_trunc('quarter', current_date) - number * interval '3 months')::date, 500000, 'USD', 'More deals', now()
FROM generate_series(1, 8) AS number;
INSERT INTO campaigns_programaccount (program_id, account_id, tier_id)
SELECT program, standing.account_id, standing.tier_id
FROM accounts_standing AS standing
CROSS JOIN generate_series(1, 8) AS program
WHERE standing.tier_id IS NOT NULL AND (standing.account_id + program) %% 2 = 0;
INSERT INTO campaigns_campaign (id, name, motion, started_on, channel_id, program_id, content_id)
SELECT
    number, 'Campaign ' || number, CASE WHEN number %% 2 = 0 THEN 'abm' ELSE 'demand_gen' END,
    current_date - 30 - (number * 7) %% 700, 1 + number %% 11,
    CASE WHEN number %% 6 = 0 THEN 1 + number / 6 %% 8 END, CASE WHEN number %% 3 = 0 THEN 1001 + number %% 40 END
FROM generate_series(1, 400) AS number;
INSERT INTO campaigns_spend (campaign_id, spent_on, amount, currency)
SELECT campaign.id, campaign.started_on + day, 50 + floor(random() * 400), 'USD'
FROM campaigns_campaign AS campaign
CROSS JOIN generate_series(0, 120, 2) AS day
WHERE campaign.started_on + day <= current_date;
-- Accounts that were in a tier at some time; most are in none today.
INSERT INTO accounts_tierchange (account_id, changed_on, policy_version, from_tier_id, to_tier_id, fit, summary)
SELECT
    number * 6, current_date - 2 - floor(random() * 900)::integer, 1, NULL, 1 + floor(random() * 3)::integer, 80,
    'Fit 80 reaches it.'
FROM generate_series(1, 150000) AS number;
INSERT INTO accounts_tierchange (account_id, changed_on, policy_version, from_tier_id, to_tier_id, fit, summary)
SELECT account_id, changed_on + 1, 1, to_tier_id, NULL, 60, 'No rule holds.'
FROM accounts_tierchange
WHERE account_id %% 6 = 0 AND summary = 'Fit 80 reaches it.';
CREATE TEMPORARY TABLE deal_dice ON COMMIT DROP AS
SELECT
    number, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
    1 + floor(power(random(), 1.5) * 1000000)::bigint AS account_id
FROM generate_series(1, 500000) AS number;
INSERT INTO pipeline_opportunity (
    id, name, account_id, account_name, product_id, owner_id, territory_id, campaign_id, motion, stage_id, amount,
    currency, engaged_on, closed_on, source, external_id
)
SELECT
    number, 'Deal ' || number, CASE WHEN a < 0.99 THEN account_id END, 'Company ' || number, 1 + number %% 20,
    5 + floor(b * 60)::integer, CASE WHEN c < 0.5 THEN 1 + number %% 40 END,
    CASE WHEN d < 0.3 THEN 1 + (floor(d * 1000)::integer * 2 + number %% 2) %% 400 END,
    CASE WHEN number %% 2 = 0 THEN 'abm' ELSE 'demand_gen' END,
    stage, round((1000 * exp(c * 5))::numeric, 2), CASE WHEN a < 0.97 THEN 'USD' ELSE 'EUR' END,
    engaged_on, CASE WHEN stage >= 5 THEN engaged_on + 20 + floor(e * 120)::integer END, 'crm', 'D' || number
FROM (
    SELECT
        *, current_date - 150 - floor(b * 950)::integer AS engaged_on,
        CASE WHEN e < 0.2 THEN 5 WHEN e < 0.6 THEN 6 ELSE 1 + floor(d * 4)::integer END AS stage
    FROM deal_dice
) AS deal;
INSERT INTO pipeline_stagechange (opportunity_id, stage_id, entered_on)
SELECT deal.id, passed, deal.engaged_on + (passed - 1) * 6
FROM pipeline_opportunity AS deal
CROSS JOIN generate_series(1, 4) AS passed
WHERE passed <= CASE WHEN deal.stage_id = 5 THEN 4 WHEN deal.stage_id = 6 THEN 1 + deal.id %% 3 ELSE deal.stage_id END
UNION ALL
SELECT id, stage_id, closed_on FROM pipeline_opportunity WHERE closed_on IS NOT NULL;
INSERT INTO pipeline_contract (
    account_id, opportunity_id, kind, value_amount, one_time_amount, currency, signed_on, starts_on, term_months, ends_on,
    churned_on, source, external_id
)
SELECT
    account_id, id, CASE WHEN id %% 10 < 7 THEN 'new' WHEN id %% 10 < 9 THEN 'renewal' ELSE 'expansion' END, amount,
    0, currency, closed_on, closed_on, 12, (closed_on + interval '12 months')::date - 1,
    CASE WHEN id %% 30 = 0 THEN closed_on + 200 END, 'crm', 'K' || id
FROM pipeline_opportunity
WHERE stage_id = 5 AND account_id IS NOT NULL;
INSERT INTO pipeline_lead (
    id, name, company_name, email, account_id, campaign_id, created_on, mql_on, sql_on, opportunity_id, source, external_id
)
SELECT
    number, 'Lead ' || number, 'Company ' || number, 'lead' || number || '@example.org',
    coalesce(deal.account_id, CASE WHEN a < 0.4 THEN 1 + floor(b * 1000000)::bigint END),
    1 + (floor(c * 200)::integer * 2) %% 400, created_on,
    CASE WHEN deal.id IS NOT NULL OR a < 0.5 THEN created_on + 3 END,
    CASE WHEN deal.id IS NOT NULL THEN created_on + 10 WHEN a < 0.1 THEN created_on + 12 END, deal.id, 'web', 'L' || number
FROM (SELECT number, random() AS a, random() AS b, random() AS c, random() AS d FROM generate_series(1, 600000) AS number) AS dice
LEFT JOIN pipeline_opportunity AS deal ON deal.id = dice.number AND deal.motion = 'demand_gen' AND dice.number %% 5 <> 0
CROSS JOIN LATERAL (
    SELECT coalesce(deal.engaged_on - 10, current_date - floor(d * 1000)::integer) AS created_on
) AS came;
INSERT INTO pipeline_campaignmember (campaign_id, lead_id, status, source)
SELECT campaign_id, id, 'sent', 'web' FROM pipeline_lead WHERE id %% 2 = 0;
INSERT INTO campaigns_touch (account_id, channel_id, campaign_id, occurred_at, summary, source, external_id)
SELECT account_id, 1 + number %% 11, 2 * (1 + number %% 200), now() - a * interval '900 days', 'A letter', 'marketing', 'W' || number
FROM (
    SELECT number, random() AS a, 1 + floor(power(random(), 1.5) * 1000000)::bigint AS account_id
    FROM generate_series(1, 700000) AS number
) AS dice;
INSERT INTO budgets_envelope (id, name, tier_id, team_id, starts_on, ends_on, currency, total_amount)
SELECT
    10 * tier + team, 'Tier ' || tier || ', team ' || team, tier, CASE WHEN team > 0 THEN team END,
    current_date - 730, current_date + 365, 'USD', 1000000000
FROM generate_series(1, 3) AS tier
CROSS JOIN generate_series(0, 9) AS team;
-- Two lines to an order: 1,000,000 that are open, 300,000 delivered and 100,000 cancelled ones.
INSERT INTO orders_order (
    id, account_id, tier_id, envelope_id, placed_by_id, placed_at, total_amount, currency, note, idempotency_key, fingerprint
)
SELECT
    number, account_id, tier, 10 * tier + number %% 10, 5 + floor(b * 60)::integer, placed_at, 20,
    'USD', '', gen_random_uuid(), ''
FROM (
    SELECT
        number, random() AS b, 1 + floor(power(random(), 2) * 1000000)::bigint AS account_id, 1 + number %% 3 AS tier,
        CASE
            WHEN number <= 500000 THEN now() - random() * interval '60 days' ELSE now() - interval '10 days' - random() * interval '400 days'
        END AS placed_at
    FROM generate_series(1, 700000) AS number
) AS dice;
CREATE TEMPORARY TABLE line_dice ON COMMIT DROP AS
SELECT
    2 * "order".id - half AS number, "order".id AS order_id, "order".account_id, "order".placed_by_id,
    "order".envelope_id, "order".placed_at, half,
    1 + (("order".id * 11 + half * 13) %% 28) AS tactic_id,
    CASE WHEN "order".id > 650000 THEN 'cancelled' WHEN "order".id > 500000 THEN 'delivered' ELSE 'open' END AS fate,
    random() AS a, random() AS b, random() AS c
FROM orders_order AS "order"
CROSS JOIN generate_series(0, 1) AS half;
ANALYZE line_dice;
INSERT INTO orders_orderline (
    id, order_id, tactic_id, tactic_version_id, quantity, unit_cost, line_cost, actual_cost, takes_stock, goal, starts_on,
    promised_on, state, delivered_at, cancelled_at, took_days, delivery_note
)
SELECT
    number, order_id, tactic_id, version.id, 1, 10, 10, CASE WHEN fate = 'delivered' THEN 9 + floor(a * 3) END, false, '',
    placed_at::date, placed_at::date + 12,
    CASE WHEN fate <> 'open' THEN fate WHEN a < 0.6 THEN 'ordered' ELSE 'in_production' END,
    CASE WHEN fate = 'delivered' THEN least(placed_at + (4 + b * 10) * interval '1 day', now()) END,
    CASE WHEN fate = 'cancelled' THEN placed_at + interval '1 hour' END,
    CASE WHEN fate = 'delivered' THEN 3 + floor(b * 8)::integer END, ''
FROM line_dice
JOIN (SELECT tactic_id, max(id) AS id FROM menus_tacticversion GROUP BY tactic_id) AS version USING (tactic_id);
INSERT INTO orders_recipient (line_id, contact_id) SELECT number, 1 + floor(c * 3000000)::bigint FROM line_dice;
-- Six in ten of the open tasks are nobody's; forty marketers share the others.
INSERT INTO orders_task (
    id, line_id, name, state, assignee_id, due_on, claimed_at, waiting_on, waiting_since, waiting_note, finished_at,
    routed_at, announced_at
)
SELECT
    number, number, 'Make it ' || number,
    CASE
        WHEN fate = 'delivered' THEN 'done' WHEN fate = 'cancelled' THEN 'cancelled' WHEN a < 0.6 THEN 'to_do'
        WHEN a < 0.9 THEN 'in_progress' ELSE 'waiting'
    END,
    CASE WHEN fate = 'delivered' OR a >= 0.6 THEN 65 + floor(b * 40)::integer END,
    CASE WHEN fate = 'open' THEN current_date - 10 + floor(c * 90)::integer ELSE placed_at::date + 10 END,
    CASE WHEN fate = 'delivered' OR a >= 0.6 THEN placed_at END,
    CASE WHEN fate = 'open' AND a >= 0.9 THEN 'rep' ELSE '' END,
    CASE WHEN fate = 'open' AND a >= 0.9 THEN now() - interval '2 days' END, '',
    CASE
        WHEN fate = 'delivered' THEN least(placed_at + (4 + b * 10) * interval '1 day', now())
        WHEN fate = 'cancelled' THEN placed_at + interval '1 hour'
    END,
    placed_at, placed_at
FROM line_dice;
INSERT INTO orders_taskstep (task_id, position, name, due_on, hours, assignee_id, done_at)
SELECT
    number, position, 'Step', CASE WHEN fate = 'open' THEN current_date - 10 + floor(c * 90)::integer ELSE placed_at::date + 10 END,
    1, CASE WHEN position = 2 AND number %% 50 = 0 THEN 65 + floor(c * 40)::integer END,
    CASE WHEN fate = 'delivered' OR (fate = 'open' AND a >= 0.8 AND position = 1) THEN now() END
FROM line_dice
CROSS JOIN generate_series(1, 2) AS position;
INSERT INTO orders_taskevent (task_id, at, kind, by_id, note)
SELECT number, placed_at, 'claimed', 65 + floor(b * 40)::integer, '' FROM line_dice WHERE fate = 'delivered' OR a >= 0.6;
INSERT INTO orders_followup (account_id, line_id, owner_id, due_at, done_at, note)
SELECT
    account_id, number, placed_by_id, placed_at + interval '20 days',
    CASE WHEN a < 0.9 THEN placed_at + (12 + b * 12) * interval '1 day' END, ''
FROM line_dice
WHERE fate = 'delivered';
INSERT INTO budgets_ledgerentry (envelope_id, kind, amount, reserved_amount, reference, by_id, at)
SELECT envelope_id, 'reserve', 10, 0, 'order-line-' || number, placed_by_id, placed_at FROM line_dice
UNION ALL
SELECT envelope_id, 'spend', 9 + floor(a * 3), 10, 'order-line-' || number, placed_by_id, least(placed_at + (4 + b * 10) * interval '1 day', now())
FROM line_dice
WHERE fate = 'delivered'
UNION ALL
SELECT envelope_id, 'release', 10, 0, 'order-line-' || number, placed_by_id, placed_at + interval '1 hour'
FROM line_dice
WHERE fate = 'cancelled';
UPDATE budgets_envelope AS envelope
SET reserved_amount = booked.reserved, spent_amount = booked.spent
FROM (
    SELECT
        envelope_id, sum(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE -reserved_amount END) AS reserved,
        coalesce(sum(amount) FILTER (WHERE kind = 'spend'), 0) AS spent
    FROM budgets_ledgerentry
    GROUP BY envelope_id
) AS booked
WHERE booked.envelope_id = envelope.id;
SELECT
    setval('users_user_id_seq', 200), setval('pipeline_opportunity_id_seq', 500001), setval('pipeline_lead_id_seq', 600001),
    setval('campaigns_campaign_id_seq', 401), setval('campaigns_program_id_seq', 9), setval('committee_content_id_seq', 2000),
    setval('pipeline_product_id_seq', 21), setval('budgets_envelope_id_seq', 100), setval('orders_order_id_seq', 700001),
    setval('orders_orderline_id_seq', 1400001), setval('orders_task_id_seq', 1400001)
