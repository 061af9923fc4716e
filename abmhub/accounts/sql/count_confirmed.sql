UPDATE accounts_freshnessclock AS clock
SET accounts = counted.accounts, stale_accounts = counted.stale_accounts
FROM (
    SELECT clock.id, count(account.id) AS accounts, count(standing.stale_since_on) AS stale_accounts
    FROM accounts_freshnessclock AS clock
    LEFT JOIN accounts_account AS account ON account.refreshed_from = clock.source
    LEFT JOIN accounts_standing AS standing ON standing.account_id = account.id
    GROUP BY clock.id
) AS counted
WHERE clock.id = counted.id
    AND (clock.accounts, clock.stale_accounts) IS DISTINCT FROM (counted.accounts, counted.stale_accounts)
