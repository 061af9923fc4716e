-- Envelopes whose columns are not what the ledger adds up to: their own entries and those of all that lie under them.
WITH RECURSIVE lies AS (
    SELECT id AS envelope_id,
           id AS above_id
      FROM budgets_envelope
     UNION ALL
    SELECT lies.envelope_id,
           above.parent_id
      FROM lies
      JOIN budgets_envelope AS above ON above.id = lies.above_id
     WHERE above.parent_id IS NOT NULL
),
booked AS (
    SELECT envelope_id,
           SUM(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount WHEN 'spend' THEN -reserved_amount
                    ELSE 0 END) AS reserved_amount,
           SUM(CASE kind WHEN 'spend' THEN amount ELSE 0 END) AS spent_amount
      FROM budgets_ledgerentry
     GROUP BY envelope_id
),
ledger AS (
    SELECT lies.above_id AS envelope_id,
           SUM(booked.reserved_amount) AS reserved_amount,
           SUM(booked.spent_amount) AS spent_amount
      FROM lies
      JOIN booked USING (envelope_id)
     GROUP BY lies.above_id
)
SELECT envelope.id,
       envelope.name,
       envelope.currency,
       envelope.reserved_amount,
       envelope.spent_amount,
       COALESCE(ledger.reserved_amount, 0) AS ledger_reserved_amount,
       COALESCE(ledger.spent_amount, 0) AS ledger_spent_amount
  FROM budgets_envelope AS envelope
  LEFT JOIN ledger ON ledger.envelope_id = envelope.id
 WHERE envelope.reserved_amount <> COALESCE(ledger.reserved_amount, 0)
    OR envelope.spent_amount <> COALESCE(ledger.spent_amount, 0)
 ORDER BY envelope.id
