-- Money that left one period and did not come into another as the same sum, or came from nowhere.
SELECT reference,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'carry_out'), 0) AS out_amount,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'carry_in'), 0) AS in_amount
  FROM budgets_ledgerentry
 WHERE kind IN ('carry_out', 'carry_in')
 GROUP BY reference
HAVING COALESCE(SUM(amount) FILTER (WHERE kind = 'carry_out'), 0)
       <> COALESCE(SUM(amount) FILTER (WHERE kind = 'carry_in'), 0)
 ORDER BY reference
