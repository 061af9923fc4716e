-- Part of funnel/tam_snapshot: the market as its accounts are.
SELECT
    count(*) AS accounts,
    count(acv_amount) FILTER (WHERE currency = %(currency)s) AS accounts_with_acv,
    coalesce(sum(acv_amount) FILTER (WHERE currency = %(currency)s), 0) AS acv_amount
FROM accounts_account
WHERE is_target AND created_at < %(until)s
