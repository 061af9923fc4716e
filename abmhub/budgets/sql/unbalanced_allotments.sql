-- Envelopes that say they gave away another sum than the envelopes directly under them have.
SELECT envelope.id,
       envelope.name,
       envelope.currency,
       envelope.allotted_amount,
       COALESCE(children.total_amount, 0) AS children_amount
  FROM budgets_envelope AS envelope
  LEFT JOIN (
           SELECT parent_id,
                  SUM(total_amount) AS total_amount
             FROM budgets_envelope
            WHERE parent_id IS NOT NULL
            GROUP BY parent_id
       ) AS children ON children.parent_id = envelope.id
 WHERE envelope.allotted_amount <> COALESCE(children.total_amount, 0)
 ORDER BY envelope.id
