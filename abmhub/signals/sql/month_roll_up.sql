-- What is to stay of the events of a table that goes.
INSERT INTO signals_engagementmonth (account_id, event_type_id, month_on, events, first_at, last_at)
SELECT
    account_id,
    event_type_id,
    date_trunc('month', timezone('UTC', occurred_at))::date,
    count(*),
    min(occurred_at),
    max(occurred_at)
FROM {month}
GROUP BY 1, 2, 3
