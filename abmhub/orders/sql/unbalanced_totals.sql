-- Orders whose total is not the sum of their lines.
SELECT purchase.id,
       purchase.total_amount,
       COALESCE(SUM(line.line_cost), 0) AS lines_amount
  FROM orders_order AS purchase
  LEFT JOIN orders_orderline AS line ON line.order_id = purchase.id
 GROUP BY purchase.id
HAVING purchase.total_amount <> COALESCE(SUM(line.line_cost), 0)
 ORDER BY purchase.id
