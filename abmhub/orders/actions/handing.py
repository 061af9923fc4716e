"""A task goes to somebody else, because a manager says so."""

from datetime import datetime

from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.orders.actions.working import WrongState, locked
from abmhub.orders.models import Task, TaskEvent
from abmhub.orders.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import may, require


class CannotWork(Refused):
    """The person may not work on tasks, or has left."""


class NoLongerWith(Refused):
    """The task has moved on since somebody decided where it should go."""


@transaction.atomic
def hand_over(*, task: Task, to: User | None, seen: int | None, by: User, at: datetime) -> Task:
    """Give the task to somebody, or with `to=None` a task that nobody has begun back to all; both are told.

    Only who works on it changes: what was begun stays begun, what waits goes on waiting. `seen` is the key of whoever
    had it when this was decided. Raises NotAllowed, CannotWork, NoLongerWith, or WrongState when it is finished or
    has been begun and nobody shall have it.
    """
    require(by, "orders.help_with_any_task")
    if to is not None and not (to.is_active and may(to, "orders.work_tasks")):
        raise CannotWork(f"{to} does not work on tasks: choose an active marketer.")
    task = locked(task)
    if task.state not in Task.UNFINISHED:
        raise WrongState(f"This task is {task.get_state_display().lower()}: nobody has to work on it any more.")
    if task.assignee_id != seen:
        now = f"is with {task.assignee}" if task.assignee else "has nobody"
        raise NoLongerWith(f"This task {now} by now: look again, then decide.")
    if to is None and task.state != Task.State.TO_DO:
        raise WrongState("Somebody has begun this task: release it instead.")
    if task.assignee_id == (to.pk if to else None):
        return task
    task.assignee = to
    task.save(update_fields=["assignee"])
    event = task.record(TaskEvent.Kind.HANDED_OVER, at=at, by=by, person=to)
    people = {"to": to.pk if to else None, "former": seen, "by": by.pk}
    tell("task.handed_over", event.pk, at=at, task=task.pk, **people)
    return task
