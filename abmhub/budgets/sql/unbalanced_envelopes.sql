-- Envelopes whose columns are not what their ledger adds up to.
SELECT envelope.id,
       envelope.name,
       envelope.currency,
       envelope.reserved_amount,
       envelope.spent_amount,
       COALESCE(ledger.reserved_amount, 0) AS ledger_reserved_amount,
       COALESCE(ledger.spent_amount, 0) AS ledger_spent_amount
  FROM budgets_envelope AS envelope
  LEFT JOIN (
           SELECT envelope_id,
                  SUM(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE -reserved_amount END)
                      AS reserved_amount,
                  SUM(CASE kind WHEN 'spend' THEN amount ELSE 0 END) AS spent_amount
             FROM budgets_ledgerentry
            GROUP BY envelope_id
       ) AS ledger ON ledger.envelope_id = envelope.id
 WHERE envelope.reserved_amount <> COALESCE(ledger.reserved_amount, 0)
    OR envelope.spent_amount <> COALESCE(ledger.spent_amount, 0)
 ORDER BY envelope.id
