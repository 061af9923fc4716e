-- Events of some days: a tenth of the accounts has more than half of them, half of the accounts a sixth.
INSERT INTO signals_engagementevent (account_id, contact_id, event_type_id, occurred_at, source, external_id)
SELECT
    account_id,
    CASE WHEN who < 0.6 THEN account_id * 3 - floor(who * 5)::integer END,
    kinds[1 + floor(kind * 1000)::integer],
    %(first_day)s::timestamptz + (number - 1 + moment) * %(days)s / %(events)s * interval '1 day',
    'benchmark',
    %(first_day)s || '/' || number
FROM (
    SELECT
        number,
        1 + (floor(power(random(), 4) * %(accounts)s)::bigint * 7919) %% %(accounts)s AS account_id,
        random() AS who, random() AS kind, random() AS moment
    FROM generate_series(1, %(events)s) AS number
) AS dice
CROSS JOIN (SELECT array_agg(id ORDER BY place) AS kinds FROM benchmark_type) AS type
