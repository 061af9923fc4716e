-- Every engagement event that still counts on a day, one row each. 1 point is 100 * 2^20 units.
-- The part "accounts" says whose, as a condition on "event".
SELECT
    event_id,
    account_id,
    contact_id,
    event_type_id,
    business_day,
    age_days,
    percent,
    is_within_cap,
    CASE WHEN is_within_cap
        THEN weight::bigint * percent
            * round(1048576 * power(0.5::float8, age_days::float8 / half_life_days))::bigint
        ELSE 0
    END AS units
FROM (
    SELECT
        dated.*,
        %(as_of)s::date - business_day AS age_days,
        row_number() OVER (
            PARTITION BY account_id, event_type_id, business_day ORDER BY percent DESC, event_id
        ) <= daily_cap AS is_within_cap
    FROM (
        SELECT
            event.id AS event_id,
            event.account_id,
            event.contact_id,
            event.event_type_id,
            timezone(%(zone)s, event.occurred_at)::date AS business_day,
            coalesce(greatest(by_seniority.percent, by_role.percent), 100) AS percent,
            event_type.weight,
            event_type.half_life_days,
            event_type.daily_cap
        FROM signals_engagementevent AS event
        JOIN signals_eventtype AS event_type ON event_type.id = event.event_type_id AND event_type.weight > 0
        LEFT JOIN committee_contact AS contact ON contact.id = event.contact_id
        LEFT JOIN signals_contactfactor AS by_seniority
            ON by_seniority.seniority = contact.seniority AND by_seniority.seniority <> ''
        LEFT JOIN signals_contactfactor AS by_role ON by_role.buying_role_id = contact.buying_role_id
        WHERE {accounts} AND event.occurred_at >= %(since)s AND event.occurred_at < %(until)s
    ) AS dated
    WHERE %(as_of)s::date - business_day <= 20 * half_life_days
) AS capped
