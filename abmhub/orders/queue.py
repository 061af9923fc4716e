"""The one queue of marketing work, and the views that people take of it."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from abmhub.orders.models.task import Task, TaskQuerySet, TaskStep
from abmhub.users.models import User

COUNTED_UP_TO = 10_000
"""So many tasks of a view are counted; that there are more is all that is known then."""

DEAR = 25_000
"""What counting may cost, as the planner reckons, where somebody may do without: some 50 ms."""


MOST_HELPED = 500
"""So many of the tasks of others in which somebody has a step are theirs too, the most urgent."""


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


def in_states(view: QueueView, *, user: User, day: date) -> Callable[[Collection[str]], Q]:
    """What makes a task part of the view, given the states that it may be in; a waiting task is never overdue, its
    clock rests.

    Mine are those that I work on, and those of which a step is mine to do. Whose they are is read once, here.
    """
    if view == QueueView.MINE:
        helped = _helped_by(user)
        # Said of one half only: of both, the planner would think of all tasks in these states, and walk through them.
        return lambda states: (
            Q(state__in=states, assignee=user) | Q(pk__in=[pk for pk, state in helped.items() if state in states])
        )
    own = {
        QueueView.TEAM: Q(assignee__in=_team_of(user)) if user.team_id else Q(pk=None),
        QueueView.UNASSIGNED: Q(assignee=None),
        QueueView.OVERDUE: Q(due_on__lt=day) & ~Q(state=Task.State.WAITING),
        QueueView.WAITING: Q(state=Task.State.WAITING),
    }.get(view, Q())
    return lambda states: Q(state__in=states) & own


def _team_of(user: User) -> list[int]:
    """Named one by one, so that an index answers for each of them."""
    return list(User.objects.filter(team=user.team_id).order_by("pk").values_list("pk", flat=True))


def _helped_by(user: User) -> dict[int, str]:
    """The tasks of which a step is theirs to do, with their states. Named one by one, so that an index answers."""
    steps = TaskStep.objects.filter(assignee=user, done_at=None).exclude(task__assignee=user)
    return dict(steps.order_by("due_on").values_list("task", "task__state")[:MOST_HELPED])


def tasks_in(tasks: TaskQuerySet, view: QueueView, *, user: User, day: date) -> TaskQuerySet:
    """The tasks of the view. Unfinished ones, but for the view of what is finished."""
    if view == QueueView.FINISHED:
        return tasks.exclude(finished_at=None)
    return tasks.filter(in_states(view, user=user, day=day)(Task.UNFINISHED))


def count_views(
    tasks: TaskQuerySet, *, user: User, day: date, views: Iterable[QueueView] = COUNTED, unless_dear: bool = False
) -> dict[QueueView, int]:
    """How many unfinished tasks each of the views holds, in one query; see `count_each`."""
    counted = [view for view in views if view in COUNTED]
    queues = {view.value: tasks_in(tasks, view, user=user, day=day) for view in counted}
    found = count_each(queues, user=user, unless_dear=unless_dear)
    return {QueueView(view): count for view, count in found.items()}


def count_each(queues: Mapping[str, TaskQuerySet], *, user: User, unless_dear: bool = False) -> dict[str, int]:
    """How many tasks each of these holds, in one query. Of very many just that they are more than COUNTED_UP_TO.

    With `unless_dear` the planner is asked first, and nothing is counted that it calls dear.
    """
    if not queues:
        return {}
    counting = User.objects.filter(pk=user.pk).values_list(*(CountUpTo(tasks) for tasks in queues.values()))
    if unless_dear and json.loads(counting.explain(format="json"))[0]["Plan"]["Total Cost"] > DEAR:
        return {}
    [counts] = counting
    return dict(zip(queues, counts, strict=True))
