-- Four hundred days: a tenth of the accounts has more than half of them.
INSERT INTO signals_engagementevent (account_id, contact_id, event_type_id, occurred_at, source, external_id)
SELECT
    account_id, CASE WHEN c < 0.3 THEN 1 + floor(c * 10000000)::bigint END, types[1 + floor(power(a, 3) * array_length(types, 1))::integer],
    now() - b * interval '400 days', 'web', 'M' || number
FROM (
    SELECT number, random() AS a, random() AS b, random() AS c, 1 + (floor(power(random(), 4) * 1000000)::bigint * 7919) %% 1000000 AS account_id
    FROM generate_series(1, %(events)s) AS number
) AS dice
CROSS JOIN (SELECT array_agg(id ORDER BY is_meaningful, id) AS types FROM signals_eventtype) AS type;
INSERT INTO signals_eventkey (source, external_id, event_id, occurred_at)
SELECT source, external_id, id, occurred_at
FROM signals_engagementevent
ON CONFLICT DO NOTHING
