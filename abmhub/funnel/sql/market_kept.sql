-- Part of funnel/tam_snapshot: the market as the night keeps it.
SELECT
    coalesce(sum(accounts), 0) AS accounts,
    coalesce(sum(with_acv), 0) AS accounts_with_acv,
    coalesce(sum(acv_amount), 0) AS acv_amount
FROM funnel_marketcell
