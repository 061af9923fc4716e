-- Part of scoring/tonight_accounts: whose facts became stale since the last night. See scoring/stale_from_on, which says
-- the same day by day: the first moments of days are worked out for each clock, not days for each account.
UNION
SELECT account.id
FROM accounts_account AS account
LEFT JOIN (
    SELECT
        source,
        timezone(%(zone)s, (%(before)s::date - due_every_days)::timestamp) AS since,
        timezone(%(zone)s, (%(as_of)s::date - due_every_days)::timestamp) AS until
    FROM accounts_freshnessclock
    OFFSET 0
) AS clock ON clock.source = account.refreshed_from
WHERE coalesce(account.refreshed_at, account.created_at)
        >= coalesce(clock.since, timezone(%(zone)s, (%(before)s::date - %(due_every_days)s)::timestamp))
    AND coalesce(account.refreshed_at, account.created_at)
        < coalesce(clock.until, timezone(%(zone)s, (%(as_of)s::date - %(due_every_days)s)::timestamp))
