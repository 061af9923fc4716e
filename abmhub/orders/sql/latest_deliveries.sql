-- For each tactic, how many working days its latest deliveries took beside the work that was ahead of them,
-- and the team that its recipe names first, with the calendar by which that team works.
SELECT asked.tactic_id,
       named.team_id,
       named.calendar_id,
       ARRAY(
           SELECT GREATEST(line.took_days - line.queue_days, 0)
             FROM orders_orderline AS line
            WHERE line.tactic_id = asked.tactic_id
              AND line.took_days IS NOT NULL
            ORDER BY line.delivered_at DESC, line.id DESC
            LIMIT %(latest)s
       ) AS days
  FROM UNNEST(%(tactic_ids)s::bigint[]) AS asked (tactic_id)
  LEFT JOIN LATERAL (
           SELECT team.id AS team_id,
                  team.calendar_id
             FROM menus_recipestep AS step
             JOIN users_team AS team ON team.id = step.team_id
            WHERE step.tactic_id = asked.tactic_id
            ORDER BY step.position
            LIMIT 1
       ) AS named ON TRUE
