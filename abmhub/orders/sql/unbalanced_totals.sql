-- Orders whose total is not the sum of their lines; lines that others took the place of count no more.
SELECT purchase.id,
       purchase.total_amount,
       COALESCE(SUM(line.line_cost) FILTER (WHERE line.amended_at IS NULL), 0) AS lines_amount
  FROM orders_order AS purchase
  LEFT JOIN orders_orderline AS line ON line.order_id = purchase.id
 GROUP BY purchase.id
HAVING purchase.total_amount <> COALESCE(SUM(line.line_cost) FILTER (WHERE line.amended_at IS NULL), 0)
 ORDER BY purchase.id
