"""While somebody is away their delegate does what falls due; what nobody touched comes back with them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from abmhub.core.days import business_day
from abmhub.orders.actions.giving import Gift, give, give_steps, is_alone, router, works
from abmhub.orders.models import Comment, Cover, Task, TaskEvent, TaskStep
from abmhub.orders.news import tell
from abmhub.orders.rules import MAKERS
from abmhub.users.models import Absence

HANDED_OVER = TaskEvent.Kind.HANDED_OVER
CLOCK_RUNS = (Task.State.TO_DO, Task.State.IN_PROGRESS)


@transaction.atomic
def cover_absences(*, at: datetime) -> int:
    """Give what falls due while somebody is away to their delegate, and back what nobody touched; how many tasks moved.

    Without a delegate who is there, a task that nobody has begun goes through the rules again, or is anybody's to
    claim; one that was begun stays where it is, and escalates. What waits for others rests where it is.
    """
    if not is_alone():
        return 0
    _take_back_steps(at)
    return _take_back(at) + _hand_on(at)


def _hand_on(at: datetime) -> int:
    day = business_day(at)
    absences = {each.person_id: each for each in Absence.objects.absent_on(day).select_related("person")}
    if not absences:
        return 0
    away = Absence.objects.absent_on(day).filter(person=OuterRef("assignee"), ends_on__gte=OuterRef("due_on"))
    due = Task.objects.filter(Exists(away), state__in=CLOCK_RUNS).order_by("pk").select_for_update(skip_locked=True)
    had = {task_id: (person_id, state) for task_id, person_id, state in due.values_list("pk", "assignee", "state")}
    asked, gifts, pairs = router(at), [], {}
    for work in works(had):
        absent_id, state = had[work.task_id]
        absence = absences[absent_id]
        to, why = (
            asked.crew.instead_of(absent_id, work.due_on),
            f"{absence.person} is away until {absence.ends_on:%-d %B}.",
        )
        if to is None and state == Task.State.TO_DO and (choice := asked.route(work)):
            to, why = choice.person_id, f"{why} {choice.why}"
        if to is not None or state == Task.State.TO_DO:
            gifts.append(Gift(work.task_id, to, why))
            pairs[work.task_id] = (absent_id, to)
    give(gifts, kind=HANDED_OVER, at=at)
    _remember({task_id: (absent_id, to) for task_id, (absent_id, to) in pairs.items() if to is not None}, at)
    open_steps = TaskStep.objects.filter(Exists(away), done_at=None, task__state__in=Task.UNFINISHED)
    steps = list(open_steps.values_list("task", "position", "assignee", "due_on"))
    lent = ((task_id, number, asked.crew.instead_of(who, due_on)) for task_id, number, who, due_on in steps)
    give_steps(lent, lent=True)
    _tell("tasks.covered", pairs, {pk: each.ends_on for pk, each in absences.items()}, at)
    return len(gifts)


def _remember(pairs: Mapping[int, tuple[int, int]], at: datetime) -> None:
    """Who covers whom; what a delegate hands on while away too goes back to the one who had it first."""
    before = Cover.objects.filter(task__in=pairs, ended_at=None)
    first = dict(before.values_list("task", "absent"))
    before.update(ended_at=at)
    Cover.objects.bulk_create(
        Cover(task_id=task_id, absent_id=first.get(task_id, absent_id), delegate_id=to, began_at=at)
        for task_id, (absent_id, to) in pairs.items()
        if first.get(task_id) != to
    )


def _take_back(at: datetime) -> int:
    still_away = Absence.objects.absent_on(business_day(at)).values("person")
    back = Cover.objects.filter(ended_at=None).exclude(absent__in=still_away)
    covers = dict(back.values_list("task", "pk"))
    if not covers:
        return 0
    tasks = Task.objects.filter(pk__in=covers).select_for_update(skip_locked=True).values_list("pk", flat=True)
    ended = Cover.objects.filter(pk__in=[covers[task_id] for task_id in tasks])
    began_at = OuterRef("began_at")
    touched = (
        Q(task__claimed_at__gt=F("began_at"))
        | Q(task__waiting_since__gt=F("began_at"))
        | Exists(TaskStep.objects.filter(task=OuterRef("task"), done_at__gt=began_at))
        | Exists(Comment.objects.filter(task=OuterRef("task"), by=OuterRef("delegate"), at__gt=began_at))
    )
    untouched = ended.filter(
        ~touched,
        task__assignee=F("delegate"),
        task__state__in=Task.UNFINISHED,
        absent__is_active=True,
        absent__role__in=MAKERS,
    )
    rows = list(untouched.order_by("task__due_on", "task").values_list("task", "absent", "delegate", "absent__name"))
    give((Gift(task, absent, f"{name} is back.") for task, absent, _, name in rows), kind=HANDED_OVER, at=at)
    ended.update(ended_at=at)
    _tell("tasks.returned", {task: (absent, delegate) for task, absent, delegate, _ in rows}, {}, at)
    return len(rows)


def _take_back_steps(at: datetime) -> None:
    """Steps of which no point is ticked are theirs again whose they were."""
    lent = TaskStep.objects.exclude(covered_for=None).filter(
        done_at=None,
        checked=[],
        task__state__in=Task.UNFINISHED,
        covered_for__is_active=True,
        covered_for__role__in=MAKERS,
    )
    still_away = Absence.objects.absent_on(business_day(at)).values("person")
    lent.exclude(covered_for__in=still_away).update(assignee=F("covered_for"), covered_for=None)


Pair = tuple[int, int | None]


def _tell(topic: str, pairs: Mapping[int, Pair], until: Mapping[int, date], at: datetime) -> None:
    """Once for all that goes from one person to another."""
    first: dict[Pair, int] = {}
    count: Counter[Pair] = Counter()
    for task_id, pair in pairs.items():
        first.setdefault(pair, task_id)
        count[pair] += 1
    ends: dict[int, str] = defaultdict(str, {person_id: str(day) for person_id, day in until.items()})
    for (absent_id, delegate_id), task_id in first.items():
        news = {"absent": absent_id, "delegate": delegate_id, "until": ends[absent_id]}
        subject = f"{absent_id}/{delegate_id}/{at.isoformat()}"
        tell(topic, subject, at=at, task=task_id, tasks=count[absent_id, delegate_id], **news)
