"""A promise in danger is said aloud: to whoever has the task, then to their manager, then to the marketing managers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from abmhub.core.days import business_day
from abmhub.core.workdays import add_working_days, is_working_day, subtract_working_days
from abmhub.orders.actions.giving import is_alone
from abmhub.orders.models import Escalation, EscalationStep, Task, TaskEvent
from abmhub.orders.news import tell
from abmhub.users.models import Role, User

Level = EscalationStep.Level


@transaction.atomic
def escalate(*, at: datetime) -> int:
    """Tell of every task that is due soon or overdue, once for each task and level; return how many were told of.

    On working days; what waits for others rests. What nobody has, and what is with somebody who has no manager, is
    told to the marketing managers.
    """
    day = business_day(at)
    if not is_working_day(day) or not is_alone("escalating"):
        return 0
    people = Hearers()
    steps = EscalationStep.objects.filter(is_active=True).order_by("working_days", "level")
    return sum(_escalate(step, people, day, at) for step in steps)


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


def _escalate(step: EscalationStep, people: Hearers, day: date, at: datetime) -> int:
    told = Escalation.objects.filter(task=OuterRef("pk"), level=step.level)
    late = Task.objects.unfinished().exclude(state=Task.State.WAITING).filter(_is_late(step, day), ~Exists(told))
    heard = {
        task_id: hearers
        for task_id, assignee_id in late.due_first().values_list("pk", "assignee")
        if (hearers := people.of(step.level, assignee_id))
    }
    Escalation.objects.bulk_create(
        Escalation(task_id=task_id, level=step.level, to_id=to, at=at)
        for task_id, hearers in heard.items()
        for to in hearers
    )
    TaskEvent.objects.bulk_create(_events(step, heard, people, at))
    _tell(step, heard, at)
    return len(heard)


def _is_late(step: EscalationStep, day: date) -> Q:
    if step.level == Level.DUE_SOON:
        return Q(due_on__range=(day, add_working_days(day, step.working_days)))
    return Q(due_on__lte=subtract_working_days(day, step.working_days))


def _events(step: EscalationStep, heard: Mapping[int, list[int]], people: Hearers, at: datetime) -> Iterable[TaskEvent]:
    kind = TaskEvent.Kind.DUE_SOON if step.level == Level.DUE_SOON else TaskEvent.Kind.OVERDUE
    said = "Told" if step.level in (Level.DUE_SOON, Level.OVERDUE) else "Escalated to"
    for task_id, hearers in heard.items():
        names = " and ".join(str(people.people[pk]) for pk in hearers)
        yield TaskEvent(task_id=task_id, at=at, kind=kind, note=f"{said} {names}."[:300])


def _tell(step: EscalationStep, heard: Mapping[int, list[int]], at: datetime) -> None:
    """Everybody once for all tasks of the level."""
    theirs: dict[int, list[int]] = defaultdict(list)
    for task_id, hearers in heard.items():
        for person_id in hearers:
            theirs[person_id].append(task_id)
    for person_id, tasks in theirs.items():
        subject = f"{step.level}/{person_id}/{at.isoformat()}"
        tell("tasks.late", subject, at=at, level=step.level, person=person_id, tasks=len(tasks), task=tasks[0])
