"""A promise in danger is said aloud: to whoever has the task, then to their manager, then to the marketing managers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from abmhub.core.models import WorkingCalendar
from abmhub.core.workdays import Calendar, add_working_days, calendar, is_working_day, subtract_working_days
from abmhub.orders.actions.giving import is_alone
from abmhub.orders.models import Escalation, EscalationStep, Task, TaskEvent
from abmhub.orders.news import tell
from abmhub.users.models import Role, User

Level, DEFAULT = EscalationStep.Level, WorkingCalendar.DEFAULT

Windows = Mapping[int, Mapping[str, tuple[date, date]]]


@transaction.atomic
def escalate(*, at: datetime) -> int:
    """Tell of every task that is due soon or overdue, once for each task and level; return how many were told of.

    On working days of whoever has it, or of the team that its recipe named; what waits for others rests. What nobody
    has, and what is with somebody who has no manager, is told to the marketing managers.
    """
    windows = _windows(at)
    if not windows or not is_alone("escalating"):
        return 0
    people, found = Hearers(), list(_found(windows))
    heard = [Late(level, task_id, people.of(level, assignee_id)) for level, task_id, assignee_id in found]
    heard = [late for late in heard if late.hearers]
    Escalation.objects.bulk_create(
        Escalation(task_id=late.task_id, level=late.level, to_id=to, at=at) for late in heard for to in late.hearers
    )
    TaskEvent.objects.bulk_create(_event(late, people, at) for late in heard)
    _tell(heard, at)
    return len(heard)


@dataclass(frozen=True, slots=True)
class Late:
    """A task that has come to a level, and who is to hear of it."""

    level: str
    task_id: int
    hearers: list[int]


class Hearers:
    """Who hears of a late task: everybody who is there, by their role, read once."""

    def __init__(self) -> None:
        people = (
            User.objects.filter(is_active=True)
            .exclude(role=Role.SALES_REP)
            .select_related("team")
            .order_by("name", "pk")
        )
        self.people: dict[int, User] = {person.pk: person for person in people}
        of_role = {role: [pk for pk, one in self.people.items() if one.role == role] for role in Role}
        self.managers = of_role[Role.MARKETING_MANAGER] or of_role[Role.ADMIN]

    def of(self, level: str, assignee_id: int | None) -> list[int]:
        assignee = self.people.get(assignee_id) if assignee_id else None
        if assignee is None or level == Level.MARKETING_MANAGERS:
            return self.managers
        if level != Level.TEAM_MANAGER:
            return [assignee.pk]
        manager_id = assignee.team.manager_id if assignee.team else None
        return [manager_id] if manager_id in self.people and manager_id != assignee.pk else self.managers


def _windows(at: datetime) -> Windows:
    """By the calendars whose people work at this moment: between which days what comes to each level now was due."""
    steps = EscalationStep.objects.filter(is_active=True)
    known = {pk: calendar(pk) for pk in (DEFAULT, *WorkingCalendar.objects.values_list("pk", flat=True))}
    return {
        pk: {step.level: _due_when(step, by.day_of(at), by) for step in steps}
        for pk, by in known.items()
        if is_working_day(by.day_of(at), by)
    }


def _found(windows: Windows) -> Iterator[tuple[str, int, int | None]]:
    """The levels that tasks have come to and nobody was told of, with the task and whoever has it: the urgent first.

    In one query, with what was told looked up task by task: whatever the planner believes of how many late tasks
    there are, that takes as long as there are some.
    """
    told = ArraySubquery(Escalation.objects.filter(task=OuterRef("pk")).values("level"))
    latest = max((last for days in windows.values() for _, last in days.values()), default=date.min)
    of_whom = Coalesce("assignee__team__calendar", "line__calendar", DEFAULT)
    late = Task.objects.unfinished().exclude(state=Task.State.WAITING).filter(due_on__lte=latest).annotate(told=told)
    rows = list(late.due_first().values_list("pk", "assignee", "due_on", "told", of_whom))
    for level in Level:
        for task_id, assignee_id, due_on, levels, calendar_id in rows:
            first, last = windows.get(calendar_id, {}).get(level, (date.max, date.min))
            if first <= due_on <= last and level not in levels:
                yield level, task_id, assignee_id


def _due_when(step: EscalationStep, day: date, by: Calendar) -> tuple[date, date]:
    """Between which days what has come to the level was due."""
    if step.level == Level.DUE_SOON:
        return day, add_working_days(day, step.working_days, by)
    return date.min, subtract_working_days(day, step.working_days, by)


def _event(late: Late, people: Hearers, at: datetime) -> TaskEvent:
    kind = TaskEvent.Kind.DUE_SOON if late.level == Level.DUE_SOON else TaskEvent.Kind.OVERDUE
    said = "Told" if late.level in (Level.DUE_SOON, Level.OVERDUE) else "Escalated to"
    names = " and ".join(str(people.people[pk]) for pk in late.hearers)
    return TaskEvent(task_id=late.task_id, at=at, kind=kind, note=f"{said} {names}."[:300])


def _tell(heard: Iterable[Late], at: datetime) -> None:
    """Everybody once for all tasks of a level."""
    theirs: dict[tuple[str, int], list[int]] = defaultdict(list)
    for late in heard:
        for person_id in late.hearers:
            theirs[late.level, person_id].append(late.task_id)
    for (level, person_id), tasks in theirs.items():
        news = {"level": level, "person": person_id, "tasks": len(tasks), "task": tasks[0]}
        tell("tasks.late", f"{level}/{person_id}/{at.isoformat()}", at=at, **news)
