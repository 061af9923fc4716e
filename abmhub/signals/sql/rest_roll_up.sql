-- Events that are out and have no table of their month: their numbers stay. Returns how many numbers that is.
WITH gone AS (
    DELETE FROM {rest} WHERE occurred_at < {first} RETURNING *
), forgotten AS (
    DELETE FROM signals_eventkey AS key
    USING gone
    WHERE key.source = gone.source AND key.external_id = gone.external_id
)
INSERT INTO signals_engagementmonth (account_id, event_type_id, month_on, events, first_at, last_at)
SELECT
    account_id,
    event_type_id,
    date_trunc('month', timezone('UTC', occurred_at))::date,
    count(*),
    min(occurred_at),
    max(occurred_at)
FROM gone
GROUP BY 1, 2, 3
