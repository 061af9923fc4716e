-- For each tactic, how many working days its latest deliveries took beside the work that was ahead of them,
-- and the team that its recipe names first.
SELECT asked.tactic_id,
       (
           SELECT step.team_id
             FROM menus_recipestep AS step
            WHERE step.tactic_id = asked.tactic_id
              AND step.team_id IS NOT NULL
            ORDER BY step.position
            LIMIT 1
       ) AS team_id,
       ARRAY(
           SELECT GREATEST(line.took_days - line.queue_days, 0)
             FROM orders_orderline AS line
            WHERE line.tactic_id = asked.tactic_id
              AND line.took_days IS NOT NULL
            ORDER BY line.delivered_at DESC, line.id DESC
            LIMIT %(latest)s
       ) AS days
  FROM UNNEST(%(tactic_ids)s::bigint[]) AS asked (tactic_id)
