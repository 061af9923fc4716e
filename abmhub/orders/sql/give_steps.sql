-- Say whose steps are that nobody has done yet; nobody's are whoever's the task is.
UPDATE orders_taskstep AS step
   SET assignee_id = gift.person_id
  FROM unnest(%(tasks)s::bigint[], %(positions)s::integer[], %(people)s::bigint[]) AS gift (task_id, position, person_id)
 WHERE step.task_id = gift.task_id
   AND step.position = gift.position
   AND step.done_at IS NULL
   AND step.assignee_id IS DISTINCT FROM gift.person_id
