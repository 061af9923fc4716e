-- Tactics whose promised pieces are not what the unfinished lines wait for.
SELECT tactic.id,
       tactic.name,
       tactic.stock_reserved,
       COALESCE(waiting.pieces, 0) AS pieces
  FROM menus_tactic AS tactic
  LEFT JOIN (
           SELECT tactic_id,
                  SUM(quantity - returned_pieces) AS pieces
             FROM orders_orderline
            WHERE takes_stock
              AND state IN ('ordered', 'in_production')
            GROUP BY tactic_id
       ) AS waiting ON waiting.tactic_id = tactic.id
 WHERE tactic.stock_reserved <> COALESCE(waiting.pieces, 0)
 ORDER BY tactic.id
