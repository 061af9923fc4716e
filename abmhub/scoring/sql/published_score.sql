-- What the last night published of one account, in the columns of `scoring/scores`; what no night computes is as it is now.
SELECT
    account.id AS account_id,
    account.is_target,
    CASE WHEN account.currency = %(currency)s THEN account.acv_amount END AS acv_amount,
    coalesce(standing.disqualified_by, '') AS disqualified_by,
    standing.stale_since_on,
    standing.fit,
    standing.intent,
    standing.engagement
FROM accounts_account AS account
LEFT JOIN accounts_standing AS standing ON standing.account_id = account.id
WHERE account.id = %(account)s
