-- The deals behind what is due to one tactic or program under one model, the largest share first.
SELECT deal_id, cents / 100.0 AS amount
FROM ({due_to}) AS due
WHERE kind = %(kind)s AND key = %(key)s AND model = %(model)s AND outcome = %(outcome)s
ORDER BY cents DESC, deal_id
