-- One row if a query selects any.
SELECT TRUE AS is_any FROM ({selected}) AS selected LIMIT 1
