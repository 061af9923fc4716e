-- What one account was before the day, what somebody said of it by hand, and from when on its facts are stale.
SELECT
    earlier.*,
    (SELECT name FROM users_user WHERE id = earlier.override_made_by_id) AS override_made_by,
    due.stale_from_on
FROM ({earlier}) AS earlier
LEFT JOIN (
    SELECT
        account.id AS account_id,
        (coalesce(account.refreshed_at, account.created_at) AT TIME ZONE %(zone)s)::date
            + coalesce(clock.due_every_days, %(due_every_days)s) + 1 AS stale_from_on
    FROM accounts_account AS account
    LEFT JOIN accounts_freshnessclock AS clock ON clock.source = account.refreshed_from
    WHERE account.id = %(account)s
) AS due ON due.account_id = earlier.account_id
