-- Say whose steps are that nobody has done yet; nobody's are whoever's the task is. A step that is only `lent` is, when
-- they are back, whose it was first; one that is given is nobody else's any more.
UPDATE orders_taskstep AS step
   SET assignee_id = gift.person_id,
       covered_for_id = CASE WHEN %(lent)s THEN COALESCE(step.covered_for_id, step.assignee_id) END
  FROM unnest(%(tasks)s::bigint[], %(positions)s::integer[], %(people)s::bigint[]) AS gift (task_id, position, person_id)
 WHERE step.task_id = gift.task_id
   AND step.position = gift.position
   AND step.done_at IS NULL
   AND step.assignee_id IS DISTINCT FROM gift.person_id
