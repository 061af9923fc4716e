-- Give tasks, which the caller has locked, to people, each with a line in its history; nobody: anybody may claim it.
-- Begun `anew`, a task in progress is to do again, and a waiting one keeps waiting.
WITH gift AS (
    SELECT *
      FROM unnest(%(tasks)s::bigint[], %(people)s::bigint[], %(notes)s::text[]) AS gift (task_id, person_id, note)
),
given AS (
    UPDATE orders_task AS task
       SET assignee_id = gift.person_id,
           state = CASE WHEN %(anew)s AND task.state = 'in_progress' THEN 'to_do' ELSE task.state END,
           claimed_at = CASE WHEN NOT %(anew)s THEN task.claimed_at END
      FROM gift
     WHERE task.id = gift.task_id
    RETURNING gift.task_id, gift.person_id, gift.note
)
INSERT INTO orders_taskevent (task_id, at, kind, person_id, note)
SELECT task_id, %(at)s, %(kind)s, person_id, note
  FROM given
