-- How much each of these people has to do: the hours of the steps that are still to be done in unfinished tasks, and
-- how many tasks. A step is its assignee's; without one, whoever's the task is.
SELECT person_id,
       SUM(hours) AS hours,
       COUNT(task_id) AS tasks
  FROM (
           SELECT task.assignee_id AS person_id,
                  task.id AS task_id,
                  COALESCE(SUM(step.hours), 0) AS hours
             FROM orders_task AS task
             LEFT JOIN orders_taskstep AS step
               ON step.task_id = task.id
              AND step.done_at IS NULL
              AND COALESCE(step.assignee_id, task.assignee_id) = task.assignee_id
            WHERE task.assignee_id = ANY(%(people)s)
              AND task.state IN ('to_do', 'in_progress', 'waiting')
            GROUP BY task.id
            UNION ALL
           SELECT step.assignee_id,
                  NULL,
                  step.hours
             FROM orders_taskstep AS step
             JOIN orders_task AS task ON task.id = step.task_id
            WHERE step.assignee_id = ANY(%(people)s)
              AND step.done_at IS NULL
              AND task.assignee_id IS DISTINCT FROM step.assignee_id
              AND task.state IN ('to_do', 'in_progress', 'waiting')
       ) AS work
 GROUP BY person_id
