"""Whoever leaves leaves no work behind: what they had is given to others, once and for all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from abmhub.orders.actions.giving import Gift, give, is_alone, router, works
from abmhub.orders.models import FollowUp, OrderLine, Task, TaskEvent, TaskStep
from abmhub.orders.news import tell
from abmhub.orders.routing import Crew
from abmhub.orders.rules import MAKERS
from abmhub.users.models import SALES_ROLES, Role, User


@dataclass
class Estate:
    """What goes from one person who left to one who is there; to nobody: into the queue."""

    tasks: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """The tasks that they are steps of."""
    follow_ups: list[int] = field(default_factory=list)


Estates = defaultdict[tuple[int, int | None], Estate]


@transaction.atomic
def reroute_leavers(*, at: datetime) -> int:
    """Give away the unfinished tasks, open steps and owed follow-ups of people who left, or work on tasks no longer.

    Tasks go through recipe and rules, and are to be begun anew; without a rule that finds somebody they are anybody's
    to claim, but for those that wait for others, which go to a manager. Follow-ups stay with sales. Everybody is told
    once what is theirs now, and the leaver's manager where it went. Returns how many things changed hands.
    """
    if not is_alone():
        return 0
    estates: Estates = defaultdict(Estate)
    _give_tasks(estates, at)
    _give_steps(estates)
    _give_follow_ups(estates)
    _tell(estates, at)
    return sum(len(each.tasks) + len(each.steps) + len(each.follow_ups) for each in estates.values())


def _unable() -> QuerySet[User]:
    """Those who may not work on tasks, or are gone."""
    return User.objects.exclude(is_active=True, role__in=MAKERS)


def _give_tasks(estates: Estates, at: datetime) -> None:
    left = Task.objects.unfinished().filter(assignee__in=_unable()).order_by("pk").select_for_update(skip_locked=True)
    had = {pk: (person_id, state) for pk, person_id, state in left.values_list("pk", "assignee", "state")}
    if not had:
        return
    people = User.objects.in_bulk({person_id for person_id, _ in had.values()})
    asked, gifts = router(at), []
    for work in works(had):
        person_id, state = had[work.task_id]
        choice, leaver = asked.route(work), people[person_id]
        gone = f"{leaver} {'does not work on tasks any more' if leaver.is_active else 'has left'}."
        to, why = (choice.person_id, choice.why) if choice else (None, "Anybody may claim it.")
        if to is None and state == Task.State.WAITING:
            to, why = _a_manager(asked.crew, leaver), "Somebody has to know when it goes on."
        gifts.append(Gift(work.task_id, to, f"{gone} {why}"))
        estates[person_id, to].tasks.append(work.task_id)
    give(gifts, kind=TaskEvent.Kind.HANDED_OVER, at=at, anew=True)
    begun = [pk for pk, (_, state) in had.items() if state == Task.State.IN_PROGRESS]
    _put_back(begun)


def _put_back(tasks: Sequence[int]) -> None:
    """What was begun and nothing of is done waits again. Told by keys: of new tables the planner knows too little."""
    lines = OrderLine.objects.filter(task__in=tasks, state=OrderLine.State.IN_PRODUCTION).values_list("pk", flat=True)
    begun = set(lines)
    done = TaskStep.objects.filter(task__line__in=begun, done_at__isnull=False).values_list("task__line", flat=True)
    OrderLine.objects.filter(pk__in=begun.difference(done)).update(state=OrderLine.State.ORDERED)


def _a_manager(crew: Crew, leaver: User) -> int | None:
    """The manager of their team, else the least loaded of the marketing managers, if any may work on tasks."""
    own = crew.managers.get(leaver.team_id) if leaver.team_id else None
    if own in crew.people:
        return own
    return crew.least_loaded(pk for pk, person in crew.people.items() if person.role == Role.MARKETING_MANAGER)


def _give_steps(estates: Estates) -> None:
    """Their steps are whoever's the task is."""
    steps = TaskStep.objects.filter(done_at=None, task__state__in=Task.UNFINISHED, assignee__in=_unable())
    rows = list(steps.values_list("pk", "assignee", "task", "task__assignee"))
    for _, leaver_id, task_id, person_id in rows:
        estates[leaver_id, person_id].steps.append(task_id)
    if rows:
        TaskStep.objects.filter(pk__in=[row[0] for row in rows]).update(assignee=None)


def _give_follow_ups(estates: Estates) -> None:
    """To the owner of the account, whoever ordered, or a manager: the first of them who is there and sells."""
    gone = User.objects.filter(is_active=False)
    owed = FollowUp.objects.owed().filter(owner__in=gone).order_by("pk").select_for_update(skip_locked=True)
    follow_ups = list(owed)
    if not follow_ups:
        return
    candidates = FollowUp.objects.filter(pk__in=[each.pk for each in follow_ups]).values_list(
        "pk",
        "account__owner",
        "line__order__placed_by",
        "owner__team__manager",
        "account__owner__team__manager",
    )
    in_line = {pk: others for pk, *others in candidates}
    sellers = set(User.objects.filter(is_active=True, role__in=SALES_ROLES).values_list("pk", flat=True))
    last_resort = _last_resort()
    for follow_up in follow_ups:
        heir = next((pk for pk in in_line[follow_up.pk] if pk in sellers), last_resort)
        if heir is not None:
            estates[follow_up.owner_id, heir].follow_ups.append(follow_up.pk)
            follow_up.owner_id = heir
    FollowUp.objects.bulk_update(follow_ups, ["owner"])


def _last_resort() -> int | None:
    """A sales manager, or else an administrator: the one who is here longest."""
    for role in (Role.SALES_MANAGER, Role.ADMIN):
        found = User.objects.filter(is_active=True, role=role).order_by("pk").values_list("pk", flat=True).first()
        if found is not None:
            return found
    return None


def _tell(estates: Estates, at: datetime) -> None:
    by_leaver: dict[int, list[tuple[int | None, Estate]]] = defaultdict(list)
    for (leaver_id, person_id), estate in estates.items():
        by_leaver[leaver_id].append((person_id, estate))
        if person_id is not None:
            subject = f"{leaver_id}/{person_id}/{at.isoformat()}"
            tell("work.inherited", subject, at=at, leaver=leaver_id, person=person_id, **_counted([estate]))
    for leaver_id, parts in by_leaver.items():
        queued = sum(len(estate.tasks) for person_id, estate in parts if person_id is None)
        counts = _counted([estate for _, estate in parts])
        tell("work.left", f"{leaver_id}/{at.isoformat()}", at=at, leaver=leaver_id, queued=queued, **counts)


def _counted(estates: Iterable[Estate]) -> dict[str, int | None]:
    """How much it is, and one of the tasks, to lead to it when it is the only one."""
    estates = list(estates)
    tasks = [pk for each in estates for pk in (*each.tasks, *each.steps)]
    return {
        "tasks": sum(len(each.tasks) for each in estates),
        "steps": sum(len(each.steps) for each in estates),
        "follow_ups": sum(len(each.follow_ups) for each in estates),
        "task": tasks[0] if tasks else None,
    }
