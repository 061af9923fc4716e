"""The one queue of marketing work, and the views that people take of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from abmhub.orders.models.task import Task, TaskQuerySet, TaskStep
from abmhub.users.models import User

COUNTED_UP_TO = 10_000
"""So many tasks of a view are counted; that there are more is all that is known then."""


class QueueView(models.TextChoices):
    MINE = "mine", "Mine"
    TEAM = "team", "My team's"
    UNASSIGNED = "unassigned", "Unassigned"
    OVERDUE = "overdue", "Overdue"
    WAITING = "waiting", "Waiting"
    OPEN = "open", "All open"
    FINISHED = "finished", "Finished"


COUNTED = tuple(view for view in QueueView if view != QueueView.FINISHED)


class CountUpTo(models.Subquery):
    """How many rows there are; a long walk ends one row after the limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: COUNTED_UP_TO + 1])


def condition(view: QueueView, *, user: User, day: date) -> Q:
    """What makes an unfinished task part of the view; a waiting task is never overdue, its clock rests.

    Mine are those that I work on, and those of which a step is mine to do.
    """
    waiting = Q(state=Task.State.WAITING)
    return {
        QueueView.MINE: Q(pk__in=_touching(user)),
        QueueView.TEAM: Q(assignee__team=user.team_id) if user.team_id else Q(pk=None),
        QueueView.UNASSIGNED: Q(assignee=None),
        QueueView.OVERDUE: Q(due_on__lt=day) & ~waiting,
        QueueView.WAITING: waiting,
    }.get(view, Q())


def _touching(user: User) -> models.QuerySet[Any]:
    """As a union, each part of which an index answers; joined by OR, none would be."""
    worked = Task.objects.filter(assignee=user, state__in=Task.UNFINISHED).values("pk")
    steps = TaskStep.objects.filter(assignee=user, done_at=None).values("task")
    return worked.union(steps, all=True)


def tasks_in(tasks: TaskQuerySet, view: QueueView, *, user: User, day: date) -> TaskQuerySet:
    """The tasks of the view. Unfinished ones, but for the view of what is finished."""
    if view == QueueView.FINISHED:
        return tasks.exclude(finished_at=None)
    return tasks.unfinished().filter(condition(view, user=user, day=day))


def count_views(tasks: TaskQuerySet, *, user: User, day: date) -> dict[QueueView, int]:
    """How many unfinished tasks each view holds, in one query; see `count_each`."""
    found = count_each({view.value: tasks_in(tasks, view, user=user, day=day) for view in COUNTED}, user=user)
    return {QueueView(view): count for view, count in found.items()}


def count_each(queues: Mapping[str, TaskQuerySet], *, user: User) -> dict[str, int]:
    """How many tasks each of these holds, in one query. Of very many just that they are more than COUNTED_UP_TO."""
    [counts] = User.objects.filter(pk=user.pk).values_list(*(CountUpTo(tasks) for tasks in queues.values()))
    return dict(zip(queues, counts, strict=True))
