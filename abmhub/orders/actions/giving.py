"""Work is given to people by the product itself, many tasks in few statements: the sweeps stand on this."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.menus import recipes
from abmhub.menus.models import TacticVersion
from abmhub.orders.models import RoutingRule, Task, TaskEvent
from abmhub.orders.routing import Crew, Router, Work


@dataclass(frozen=True, slots=True)
class Gift:
    """A task for somebody, or for anybody to claim, and why."""

    task_id: int
    person_id: int | None
    why: str


def is_alone(kind: str = "giving") -> bool:
    """Whether no other sweep gives work to people, or does whatever else, until this transaction ends."""
    alone: bool = sql.rows("orders/one_sweep", kind=kind)[0]["granted"]
    return alone


def router(at: datetime) -> Router:
    """The rules in force, and those who are there today."""
    return Router(Crew.on(business_day(at)), RoutingRule.objects.in_turn())


def works(task_ids: Collection[int]) -> Iterator[Work]:
    """The tasks as rules see them, the most urgent first, in two queries."""
    rows = list(
        Task.objects.filter(pk__in=task_ids)
        .due_first()
        .values_list(
            "pk",
            "due_on",
            "line__tactic",
            "line__tactic__category",
            "line__order__tier",
            "line__order__account__territory",
            "line__tactic_version",
        )
    )
    versions = TacticVersion.objects.in_bulk({row[-1] for row in rows if row[-1]})
    steps = {pk: recipes.steps_of(version) for pk, version in versions.items()}
    return (Work(*row[:-1], steps.get(row[-1], ())) for row in rows)


def give(gifts: Iterable[Gift], *, kind: TaskEvent.Kind, at: datetime, anew: bool = False) -> None:
    """Hand over tasks that are locked, with their history; `anew` whoever gets one has yet to begin it."""
    gifts = list(gifts)
    if gifts:
        sql.run(
            "orders/give_tasks",
            tasks=[gift.task_id for gift in gifts],
            people=[gift.person_id for gift in gifts],
            notes=[gift.why for gift in gifts],
            kind=kind,
            anew=anew,
            at=at,
        )


def give_steps(steps: Iterable[tuple[int, int, int | None]], *, lent: bool = False) -> None:
    """Say whose steps are, each by its task and number; when they are `lent`, until whose they were is back."""
    if steps := list(steps):
        tasks, positions, people = (list(column) for column in zip(*steps, strict=True))
        sql.run("orders/give_steps", tasks=tasks, positions=positions, people=people, lent=lent)
