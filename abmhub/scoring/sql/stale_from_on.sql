-- The day from which the facts of "account" are stale, with the "clock" of their source: the day after it was due again;
-- what nobody confirmed is as old as the account.
(
    (coalesce(account.refreshed_at, account.created_at) AT TIME ZONE %(zone)s)::date
    + coalesce(clock.due_every_days, %(due_every_days)s) + 1
)
