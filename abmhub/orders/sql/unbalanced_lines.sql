-- Order lines whose ledger entries are not what their state asks for, and entries that no line explains.
-- A line reserves its cost; a cancelled one has released it, a delivered one has spent the actual cost instead. What was
-- returned for recipients who were struck is released bit by bit, and the end of the line is about the rest.
WITH owed AS (
    SELECT 'order-line-' || line.id AS reference,
           line.state,
           purchase.envelope_id,
           line.line_cost AS reserved,
           CASE WHEN line.state = 'cancelled' THEN line.line_cost ELSE NULLIF(line.returned_cost, 0) END AS released,
           CASE WHEN line.state = 'delivered' THEN line.line_cost - line.returned_cost END AS reservation_ended,
           CASE WHEN line.state = 'delivered' THEN line.actual_cost END AS spent
      FROM orders_orderline AS line
      JOIN orders_order AS purchase ON purchase.id = line.order_id
),
booked AS (
    SELECT split_part(reference, '/', 1) AS reference,
           CASE WHEN COUNT(DISTINCT envelope_id) = 1 THEN MIN(envelope_id) END AS envelope_id,
           SUM(amount) FILTER (WHERE kind = 'reserve') AS reserved,
           SUM(amount) FILTER (WHERE kind = 'release') AS released,
           SUM(reserved_amount) FILTER (WHERE kind = 'spend') AS reservation_ended,
           SUM(amount) FILTER (WHERE kind = 'spend') AS spent
      FROM budgets_ledgerentry
     WHERE kind IN ('reserve', 'release', 'spend')
     GROUP BY split_part(reference, '/', 1)
)
SELECT reference,
       owed.state
  FROM owed
  FULL JOIN booked USING (reference)
 WHERE (owed.envelope_id, owed.reserved, owed.released, owed.reservation_ended, owed.spent)
       IS DISTINCT FROM (booked.envelope_id, booked.reserved, booked.released, booked.reservation_ended, booked.spent)
 ORDER BY reference
