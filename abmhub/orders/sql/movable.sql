-- The tasks of these people that could go to somebody else, the most urgent first; `is_begun` when a step of it is done.
-- For each, in which slots its hours are promised. Only the hours of whoever has the task: a step that is somebody
-- else's stays theirs. `starts` are the first days of the slots, `until` is the last day of the last one.
SELECT task.id AS task_id,
       task.name,
       line.tactic_id,
       task.assignee_id AS person_id,
       task.due_on,
       EXISTS (SELECT 1 FROM orders_taskstep AS done WHERE done.task_id = task.id AND done.done_at IS NOT NULL) AS is_begun,
       ARRAY_AGG(GREATEST(WIDTH_BUCKET(step.due_on, %(starts)s::date[]) - 1, 0) ORDER BY step.id) AS slots,
       ARRAY_AGG(step.hours ORDER BY step.id) AS hours
  FROM (
           SELECT id, name, line_id, assignee_id, due_on
             FROM orders_task
            WHERE assignee_id = ANY(%(people)s)
              AND state IN ('to_do', 'in_progress')
            ORDER BY due_on, id
            LIMIT %(at_most)s
       ) AS task
  JOIN orders_orderline AS line ON line.id = task.line_id
  JOIN orders_taskstep AS step ON step.task_id = task.id
 WHERE step.done_at IS NULL
   AND step.due_on <= %(until)s
   AND COALESCE(step.assignee_id, task.assignee_id) = task.assignee_id
 GROUP BY task.id, task.name, line.tactic_id, task.assignee_id, task.due_on
HAVING SUM(step.hours) > 0
 ORDER BY task.due_on, task.id
