-- Move money within one envelope, if it stays within its total and no figure falls below nothing; returns the
-- envelope above, which is to follow. The condition is the guard: two at once can never take the same money.
UPDATE budgets_envelope
   SET reserved_amount = reserved_amount + %(reserved)s,
       spent_amount = spent_amount + %(spent)s
 WHERE id = %(envelope_id)s
   AND reserved_amount + %(reserved)s >= 0
   AND total_amount >= reserved_amount + %(reserved)s + spent_amount + %(spent)s
RETURNING parent_id
