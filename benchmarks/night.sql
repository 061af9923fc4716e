SELECT setseed(0.4);
SET LOCAL maintenance_work_mem = '512MB';
INSERT INTO accounts_account (
    id, name, normalized_name, domain, industry, country, segment, employees, annual_revenue_amount, acv_amount,
    founded_year, is_target, refreshed_at, refreshed_from, created_at, updated_at
)
SELECT
    number, 'Company ' || number, 'company ' || number, 'company-' || number || '.example',
    (ARRAY['software','technology','finance','retail','health','energy','media','logistics'])[1 + floor(a * 8)::integer],
    (ARRAY['US','US','GB','DE','FR','SE','JP','BR'])[1 + floor(b * 8)::integer],
    (ARRAY['smb','smb','mid_market','enterprise'])[1 + floor(c * 4)::integer],
    CASE WHEN d < 0.9 THEN (5 * exp(b * 9))::integer END,
    CASE WHEN e < 0.8 THEN round((100000 * exp(c * 9))::numeric, 2) END,
    CASE WHEN e < 0.7 THEN round((2000 * exp(a * 4))::numeric, 2) END,
    1900 + floor(d * 124)::integer,
    e > 0.02,
    %(day)s::date - e * interval '40 days', 'crm', %(day)s::date - interval '500 days', %(day)s::date - interval '500 days'
FROM (
    SELECT number, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e
    FROM generate_series(1, %(accounts)s) AS number
) AS dice;
INSERT INTO accounts_standing (account_id) SELECT id FROM accounts_account;
INSERT INTO committee_contact (id, account_id, name, seniority, email, buying_role_id, source, external_id)
SELECT
    number, (number + 2) / 3, 'Person ' || number,
    (ARRAY['c_level','vp','director','manager','staff',''])[1 + number %% 6],
    CASE WHEN a < 0.7 THEN 'person' || number || '@example.org' ELSE '' END,
    CASE WHEN b < 0.4 THEN roles[1 + floor(b * 10)::integer] END, 'crm', 'C' || number
FROM (SELECT number, random() AS a, random() AS b FROM generate_series(1, 3 * %(accounts)s) AS number) AS dice
CROSS JOIN (SELECT array_agg(id ORDER BY position) AS roles FROM committee_buyingrole) AS role;
INSERT INTO signals_intentprovider (id, code, name, lawful_basis, is_scored)
VALUES (901, 'benchmark', 'Benchmark', 'consent', true);
INSERT INTO signals_topic (id, name) SELECT 900 + number, 'Topic ' || number FROM generate_series(1, 40) AS number;
-- Two series of weekly levels for one account in sixteen; the weeks are taken from these.
CREATE TABLE benchmark_series AS
SELECT
    1 + (number / 2 * 16 * 7919::bigint) %% %(accounts)s AS account_id,
    901 + (number * 13) %% 40 AS topic_id,
    5 + floor(power(random(), 2) * 60)::integer AS base_level,
    floor(random() * 60)::integer AS surge_week
FROM generate_series(1, %(accounts)s / 8) AS number;
-- What there is of an event type in a thousand events: most of them weigh nothing or little.
CREATE TABLE benchmark_type AS
SELECT row_number() OVER () - 1 AS place, event_type.id
FROM (VALUES
    ('ad_impression', 400), ('page_view', 220), ('email_open', 180), ('ad_click', 60), ('email_click', 60), ('social', 30),
    ('content_download', 20), ('pricing_view', 12), ('email_reply', 8), ('event_attended', 5), ('meeting', 4), ('demo_request', 1)
) AS share (code, times)
JOIN signals_eventtype AS event_type USING (code)
CROSS JOIN LATERAL generate_series(1, share.times);
CREATE UNIQUE INDEX ON benchmark_type (place);
-- Rules that ask for every score, at heights where many accounts pass in both directions.
DELETE FROM scoring_tiercondition;
INSERT INTO scoring_tiercondition (rule_id, fact, operator, threshold, values)
SELECT rule.id, asked.fact, 'gte', asked.threshold, '{}'
FROM scoring_tierrule AS rule
JOIN (VALUES
    (1, 'fit', 70), (1, 'intent', 30), (1, 'engagement', 30), (2, 'fit', 70), (2, 'engagement', 20),
    (3, 'fit', 55), (3, 'acv_amount', 5000), (3, 'engagement', 5)
) AS asked (position, fact, threshold) ON asked.position = rule.position
