-- From which day on accounts were engaged, by what they did before a moment. The part "whose" is a condition on the account.
-- A month whose events were dropped still tells how many there were; all count from its first.
WITH meaningful AS (
    SELECT account_id, occurred_at
    FROM signals_engagementevent
    WHERE event_type_id = ANY(%(meaningful_types)s) AND occurred_at < %(until)s AND {whose}
    UNION ALL
    SELECT account_id, first_at
    FROM signals_engagementmonth AS month
    CROSS JOIN generate_series(1, least(month.events, %(least_events)s))
    WHERE event_type_id = ANY(%(meaningful_types)s) AND first_at < %(until)s AND {whose}
)
SELECT account_id, (min(occurred_at) AT TIME ZONE %(zone)s)::date AS engaged_on
FROM ({engaging}) AS engaging
GROUP BY account_id
