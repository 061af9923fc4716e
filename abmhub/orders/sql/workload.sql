-- How many hours each of these people has promised in each slot, and in how many tasks. A step is its assignee's;
-- without one, whoever's the task is. It counts when it is due, in the first slot when that is past; what waits for
-- others does not count. `starts` are the first days of the slots, `until` is the last day of the last one.
SELECT person_id,
       GREATEST(WIDTH_BUCKET(due_on, %(starts)s::date[]) - 1, 0) AS slot,
       SUM(hours) AS hours,
       COUNT(DISTINCT task_id) AS tasks
  FROM (
           SELECT task.assignee_id AS person_id,
                  step.due_on,
                  step.hours,
                  task.id AS task_id
             FROM orders_task AS task
             JOIN orders_taskstep AS step ON step.task_id = task.id
            WHERE task.assignee_id = ANY(%(people)s)
              AND task.state IN ('to_do', 'in_progress')
              AND step.done_at IS NULL
              AND step.due_on <= %(until)s
              AND COALESCE(step.assignee_id, task.assignee_id) = task.assignee_id
            UNION ALL
           SELECT step.assignee_id,
                  step.due_on,
                  step.hours,
                  task.id
             FROM orders_taskstep AS step
             JOIN orders_task AS task ON task.id = step.task_id
            WHERE step.assignee_id = ANY(%(people)s)
              AND step.done_at IS NULL
              AND step.due_on <= %(until)s
              AND task.assignee_id IS DISTINCT FROM step.assignee_id
              AND task.state IN ('to_do', 'in_progress')
       ) AS work
 GROUP BY person_id, slot
