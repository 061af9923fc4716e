-- Every engagement event that still counts on a day, one row each: its magnitude as of the landmark of its half-life, and
-- its units on the day. The part "events" names a relation of events, "people" one of contact factors, "whose" is a
-- condition on "event". See signals/engagement.py.
SELECT
    event_id,
    account_id,
    contact_id,
    event_type_id,
    business_day,
    age_days,
    percent,
    half_life_days,
    is_within_cap,
    magnitude,
    decay,
    round(magnitude * decay)::bigint AS units
FROM (
    SELECT
        capped.*,
        %(as_of)s::date - business_day AS age_days,
        power(0.5::float8, (%(as_of)s::date - landmark_on)::float8 / half_life_days) AS decay,
        CASE WHEN is_within_cap
            THEN weight::bigint * percent
                * round(1048576 * power(2::float8, (business_day - landmark_on)::float8 / half_life_days))::bigint
            ELSE 0
        END AS magnitude
    FROM (
        SELECT
            dated.*,
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
                coalesce(person.percent, 100) AS percent,
                event_type.weight,
                event_type.half_life_days,
                event_type.daily_cap,
                event_type.landmark_on
            FROM {events} AS event
            JOIN (
                SELECT
                    event_type.*,
                    %(first_landmark)s::date + (%(as_of)s::date - %(first_landmark)s::date)
                        / (%(stays)s * half_life_days) * (%(stays)s * half_life_days) AS landmark_on
                FROM signals_eventtype AS event_type
                WHERE weight > 0
            ) AS event_type ON event_type.id = event.event_type_id
            LEFT JOIN {people} AS person ON person.id = event.contact_id
            WHERE {whose} AND event.occurred_at >= %(since)s AND event.occurred_at < %(until)s
        ) AS dated
        WHERE landmark_on - business_day <= %(lasts)s * half_life_days
    ) AS capped
) AS weighed
