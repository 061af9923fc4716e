SELECT setseed(0.4);
SET LOCAL maintenance_work_mem = '512MB';
INSERT INTO users_team (id, name) SELECT number, 'Team ' || number FROM generate_series(1, 12) AS number;
INSERT INTO users_user (
    id, password, is_superuser, email, name, role, team_id, is_staff, is_active
)
SELECT
    number, %(password)s, number = 1,
    CASE number WHEN 1 THEN 'admin' WHEN 2 THEN 'few' WHEN 3 THEN 'many' WHEN 4 THEN 'manager' ELSE 'person' || number END
        || '@example.com',
    (ARRAY['Rana','Oscar','Selma','Mei','Pablo','Greta','Anil','Ada','Dana','Ivo','Tara','Yara'])[1 + number %% 12]
        || ' ' || (ARRAY['Haddad','Lund','Berg','Chen','Ruiz','Vogt','Rao','Stone','Petrov','Singh'])[1 + number / 12 %% 10]
        || ' ' || number,
    CASE WHEN number = 1 THEN 'admin' WHEN number = 4 THEN 'sales_manager' ELSE 'sales_rep' END,
    CASE WHEN number > 4 THEN 1 + number %% 12 END,
    number = 1, true
FROM generate_series(1, 64) AS number;
UPDATE users_team SET manager_id = 4 WHERE id <= 4;
INSERT INTO accounts_territory (id, name) SELECT number, 'Territory ' || number FROM generate_series(1, 40) AS number;
-- Reps of the first teams share the first territories, and so on.
INSERT INTO accounts_territory_members (territory_id, user_id)
SELECT 1 + (number %% 12) * 3 + number %% 4, number FROM generate_series(5, 64) AS number WHERE number %% 3 = 0;
INSERT INTO accounts_attribute (code, label, kind, choices, unit, help_text, position, is_filter) VALUES
    ('parcels', 'Parcels a month', 'number', '{}', 'parcels', '', 1, true),
    ('shop_system', 'Shop system', 'choice', '{Shopify,Magento,Shopware,Own}', '', '', 2, true),
    ('has_warehouse', 'Own warehouse', 'yes_no', '{}', '', '', 3, true);
CREATE TEMPORARY TABLE word ON COMMIT DROP AS
SELECT * FROM unnest(
    ARRAY['Acme','Alpine','Amber','Apex','Arbor','Argo','Atlas','Aurora','Beacon','Birch','Blue','Bolt','Bridge','Bright',
    'Cedar','Clear','Cobalt','Coral','Crest','Crown','Delta','Drift','Eagle','Echo','Ember','Falcon','Fern','Fjord','Flint',
    'Forge','Frost','Gale','Garnet','Glacier','Globe','Granite','Harbor','Hazel','Helio','Horizon','Indigo','Iris','Iron',
    'Ivory','Jade','Juniper','Kestrel','Lagoon','Lark','Lotus','Lumen','Maple','Marble','Meridian','Mesa','Mint','Nova',
    'Oak','Ocean','Onyx','Opal','Orbit','Orchid','Osprey','Pearl','Pine','Pioneer','Polar','Prairie','Quartz','Raven','Reef',
    'Ridge','River','Sable','Sage','Salt','Silver','Sky','Slate','Solar','Sparrow','Spruce','Stellar','Stone','Summit','Swift',
    'Terra','Thistle','Tidal','Topaz','Umber','Vale','Vector','Verde','Vista','Willow','Winter','Zephyr','Zinc'],
    ARRAY['works','tech','soft','line','ware','craft','path','field','point','wave','grid','loop','stack','mark','port','gate',
    'logic','media','labs','foods','motors','energy','health','pharma','retail','trade','freight','parts','tools','systems',
    'robotics','textiles','paper','steel','glass','plastics','optics','print','design','travel','sports','toys','homes','build',
    'cloud','data','bank','credit','invest','legal','audit','school','books','music','games','films','news','farm','seeds',
    'dairy','bakery','brewery','coffee','tea','wines','meats','fish','fruits','garden','pets','vets','dental','care','clinics',
    'beauty','fashion','shoes','jewels','watches','bikes','cars','trucks','ships','rail','air','space','chips','sensors',
    'lights','power','water','waste','heat','pumps','valves','gears','cables','locks','doors','roofs']
) WITH ORDINALITY AS word (first, second, place);
CREATE TEMPORARY TABLE dice ON COMMIT DROP AS
SELECT number, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
    random() AS f, random() AS g, random() AS h
FROM generate_series(1, 1000000) AS number;
INSERT INTO accounts_account (
    id, name, normalized_name, domain, parent_id, owner_id, territory_id, industry, country, headquarters, segment, employees,
    annual_revenue_amount, acv_amount, founded_year, technologies, attributes, is_customer, is_target, refreshed_at,
    refreshed_from, created_at, updated_at
)
SELECT
    number,
    beginning.first || ' ' || initcap(ending.second) || CASE WHEN number > 10000 THEN ' ' || number / 10000 ELSE '' END || ' '
        || (ARRAY['Inc.','GmbH','Ltd.','AB','S.A.'])[1 + number %% 5],
    lower(beginning.first || ' ' || ending.second || CASE WHEN number > 10000 THEN ' ' || number / 10000 ELSE '' END),
    CASE WHEN b < 0.9 THEN lower(beginning.first || ending.second) || number / 10000 || '.example' END,
    CASE WHEN c < 0.03 THEN 1 + number / 20 END,
    -- 30 of few, 10,000 of many, the others of some sixty reps; four in ten of nobody.
    CASE
        WHEN number %% 33333 = 0 THEN 2
        WHEN number %% 100 = 7 THEN 3
        WHEN a < 0.6 THEN 5 + floor(f * 60)::integer
    END,
    CASE WHEN number %% 100 <> 7 AND number %% 33333 <> 0 AND e < 0.75 THEN 1 + floor(e / 0.75 * 40)::integer END,
    -- A few industries and countries have most of the accounts.
    CASE WHEN b < 0.93 THEN 'industry ' || to_char(1 + floor(power(g, 2) * 60), 'FM00') ELSE '' END,
    CASE
        WHEN h < 0.95 THEN (ARRAY['US','US','US','GB','DE','FR','SE','NO','DK','FI','NL','BE','ES','IT','PT','PL','CZ','AT','CH','IE',
        'CA','MX','BR','AR','CL','JP','KR','TW','SG','AU','NZ','IN','ZA','EG','LB','AE','SA','TR','GR','RO'])[1 + floor(power(h, 1.7) * 40)]
        ELSE ''
    END,
    '',
    CASE WHEN f < 0.7 THEN 'smb' WHEN f < 0.9 THEN 'mid_market' WHEN f < 0.97 THEN 'enterprise' ELSE '' END,
    CASE WHEN e < 0.8 THEN (5 * exp(b * 9))::integer END,
    CASE WHEN e < 0.6 THEN round((100000 * exp(b * 9))::numeric, 2) END,
    CASE WHEN e < 0.5 THEN round((2000 * exp(g * 4))::numeric, 2) END,
    1900 + floor(b * 124)::integer,
    CASE WHEN a < 0.2 THEN ARRAY['SAP','Salesforce'] ELSE '{}' END,
    CASE
        WHEN d < 0.2 THEN jsonb_build_object(
            'parcels', floor(c * 100000),
            'shop_system', (ARRAY['Shopify','Magento','Shopware','Own'])[1 + floor(a * 4)],
            'has_warehouse', b < 0.3
        )
        ELSE '{}'
    END,
    c > 0.995,
    a > 0.02,
    CASE WHEN b < 0.95 THEN now() - e * interval '40 days' END,
    CASE WHEN b < 0.95 THEN 'crm' ELSE '' END,
    now() - d * interval '400 days',
    now() - e * interval '40 days'
FROM dice
JOIN word AS beginning ON beginning.place = 1 + number %% 100
JOIN word AS ending ON ending.place = 1 + number / 100 %% 100;
INSERT INTO accounts_standing (
    account_id, tier_id, fit, intent, engagement, priority, previous_priority, tier_since_on, rule_name, summary,
    stale_since_on, computed_on
)
SELECT
    number,
    tier,
    fit, intent, engagement,
    coalesce(fit, 0) + coalesce(intent, 0) + coalesce(engagement, 0),
    greatest(coalesce(fit, 0) + coalesce(intent, 0) + coalesce(engagement, 0) + CASE WHEN a < 0.1 THEN floor(b * 20 - 10) ELSE 0 END, 0),
    CASE WHEN tier IS NOT NULL OR a < 0.01 THEN current_date - floor(b * 300)::integer END,
    '',
    CASE WHEN tier IS NOT NULL THEN 'Fit ' || fit || ' and what it does reach Tier ' || tier || '.'
        ELSE 'Fit ' || coalesce(fit, 0) || ', and no rule of the tier policy holds.' END,
    CASE WHEN e > 0.35 THEN current_date - floor(e * 26)::integer END,
    current_date
FROM (
    SELECT
        *,
        CASE
            WHEN fit >= 85 AND number %% 333 < 1 THEN 1 WHEN fit >= 80 AND number %% 97 < 1 THEN 2 WHEN fit >= 70 AND number %% 61 < 1 THEN 3
        END AS tier
    FROM (
        SELECT
            *,
            CASE WHEN a < 0.85 THEN floor(100 * (b + c + d) / 3)::integer END AS fit,
            CASE WHEN d < 0.2 THEN floor(100 * power(c, 2))::integer END AS intent,
            CASE WHEN e < 0.15 THEN floor(100 * power(a, 3))::integer END AS engagement
        FROM dice
    ) AS scored
) AS tiered;
INSERT INTO accounts_accountidentity (account_id, source, external_id) SELECT number, 'crm', 'A' || number FROM dice;
INSERT INTO accounts_accountteammember (account_id, user_id, reason)
SELECT number, 5 + floor(a * 60)::integer, 'Owns a deal with the account.' FROM dice WHERE b < 0.05;
INSERT INTO committee_contact (
    id, account_id, name, title, seniority, email, phone, buying_role_id, source, external_id
)
SELECT
    number * 3 - place,
    -- Some accounts have many, a fifth has nobody.
    1 + floor(power((a + place * 0.37) - floor(a + place * 0.37), 1.3) * 800000)::integer,
    (ARRAY['Dana','Ivo','Tara','Rana','Oscar','Selma','Mei','Pablo','Greta','Anil'])[1 + number %% 10] || ' '
        || (ARRAY['Whitfield','Petrov','Singh','Haddad','Lund','Berg','Chen','Ruiz','Vogt','Rao','Stone'])[1 + number / 10 %% 11],
    (ARRAY['Chief Financial Officer','Head of Operations','Enterprise Architect','Buyer'])[1 + number %% 4],
    (ARRAY['c_level','vp','director','manager','staff',''])[1 + number %% 6],
    CASE WHEN b < 0.7 THEN 'person' || number * 3 - place || '@example.org' ELSE '' END,
    '',
    CASE WHEN c < 0.12 THEN roles[1] WHEN c < 0.25 THEN roles[2] WHEN c < 0.35 THEN roles[3] WHEN c < 0.4 THEN roles[4] END,
    'crm', 'C' || number * 3 - place
FROM dice
CROSS JOIN generate_series(0, 2) AS place
CROSS JOIN (SELECT array_agg(id ORDER BY position) AS roles FROM committee_buyingrole) AS role;
INSERT INTO signals_engagementevent (account_id, contact_id, event_type_id, occurred_at, source, external_id)
SELECT contact.account_id, contact.id, types[1 + contact.id %% 8], now() - random() * interval '200 days', 'web', 'E' || contact.id
FROM committee_contact AS contact
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS types FROM signals_eventtype) AS type
WHERE contact.id %% 5 = 0;
INSERT INTO campaigns_touch (account_id, contact_id, channel_id, occurred_at, summary, source, external_id)
SELECT contact.account_id, contact.id, channels[1 + contact.id %% 3], now() - random() * interval '200 days', 'A letter', 'web', 'T' || contact.id
FROM committee_contact AS contact
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS channels FROM campaigns_channel) AS channel
WHERE contact.id %% 10 = 0;
SELECT
    setval('users_user_id_seq', 100), setval('users_team_id_seq', 100), setval('accounts_territory_id_seq', 100),
    setval('accounts_account_id_seq', 1000001), setval('committee_contact_id_seq', 3000001)
