"""New tasks find whoever is to do them, a moment after they were ordered."""

from datetime import datetime

from django.db import transaction

from abmhub.orders.actions.giving import Gift, give, give_steps, is_alone, router, works
from abmhub.orders.models import Task, TaskEvent, Turn


@transaction.atomic
def route_tasks(*, at: datetime, limit: int = 100_000) -> int:
    """Ask recipes and rules about every task that they were not asked about; return how many.

    One sweep at a time, so that two never take the same person for the least loaded. What somebody is just claiming or
    cancelling is left to the next. Whom it fell to is told by the sweep that announces tasks.
    """
    if not is_alone():
        return 0
    task_ids = list(Task.objects.unrouted().select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    if not task_ids:
        return 0
    asked, gifts, steps = router(at), [], []
    for work in works(task_ids):
        choice = asked.route(work)
        if choice:
            gifts.append(Gift(work.task_id, choice.person_id, choice.why))
        whose = asked.steps(work, choice.person_id if choice else None)
        steps += [(work.task_id, position, person_id) for position, person_id in whose.items()]
    give(gifts, kind=TaskEvent.Kind.ROUTED, at=at)
    give_steps(steps)
    Turn.objects.bulk_create(
        (Turn(team_id=team, person_id=asked.crew.turns[team]) for team in asked.crew.turns_taken),
        update_conflicts=True,
        unique_fields=["team"],
        update_fields=["person"],
    )
    Task.objects.filter(pk__in=task_ids).update(routed_at=at)
    return len(task_ids)
