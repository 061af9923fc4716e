-- Replace the backlog by what is left to do: hours of steps that nobody has done, of tasks whose clock runs.
-- The team is the first one that the recipe of the tactic names; without one anybody does it.
-- Rows are removed and counted by one statement, so that both see the same orders.
WITH counted_before AS (
    DELETE FROM orders_backlog
),
teams AS (
    SELECT DISTINCT ON (tactic_id)
           tactic_id,
           team_id
      FROM menus_recipestep
     WHERE team_id IS NOT NULL
     ORDER BY tactic_id, position
)
INSERT INTO orders_backlog (team_id, due_on, hours)
SELECT teams.team_id,
       task.due_on,
       SUM(step.hours)
  FROM orders_task AS task
  JOIN orders_orderline AS line ON line.id = task.line_id
  JOIN orders_taskstep AS step ON step.task_id = task.id
  LEFT JOIN teams ON teams.tactic_id = line.tactic_id
 WHERE task.state IN ('to_do', 'in_progress')
   AND step.done_at IS NULL
 GROUP BY teams.team_id, task.due_on
HAVING SUM(step.hours) > 0
