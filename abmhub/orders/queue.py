"""The one queue of marketing work, and the views that people take of it."""

from datetime import date

from django.db import models
from django.db.models import Q

from abmhub.orders.models.task import Task, TaskQuerySet
from abmhub.users.models import User


class QueueView(models.TextChoices):
    MINE = "mine", "Mine"
    TEAM = "team", "My team's"
    UNASSIGNED = "unassigned", "Unassigned"
    OVERDUE = "overdue", "Overdue"
    WAITING = "waiting", "Waiting"
    OPEN = "open", "All open"
    FINISHED = "finished", "Finished"


COUNTED = tuple(view for view in QueueView if view != QueueView.FINISHED)


def condition(view: QueueView, *, user: User, day: date) -> Q:
    """What makes an unfinished task part of the view; a waiting task is never overdue, its clock rests."""
    waiting = Q(state=Task.State.WAITING)
    return {
        QueueView.MINE: Q(assignee=user),
        QueueView.TEAM: Q(assignee__team=user.team_id) if user.team_id else Q(pk=None),
        QueueView.UNASSIGNED: Q(assignee=None),
        QueueView.OVERDUE: Q(due_on__lt=day) & ~waiting,
        QueueView.WAITING: waiting,
    }.get(view, Q())


def tasks_in(tasks: TaskQuerySet, view: QueueView, *, user: User, day: date) -> TaskQuerySet:
    """The tasks of the view. Unfinished ones, but for the view of what is finished."""
    if view == QueueView.FINISHED:
        return tasks.exclude(finished_at=None)
    return tasks.unfinished().filter(condition(view, user=user, day=day))


def count_views(tasks: TaskQuerySet, *, user: User, day: date) -> dict[QueueView, int]:
    """How many unfinished tasks each view holds, in one query."""
    counts = tasks.unfinished().aggregate(
        **{view.value: models.Count("pk", filter=condition(view, user=user, day=day)) for view in COUNTED}
    )
    return {QueueView(view): count for view, count in counts.items()}
