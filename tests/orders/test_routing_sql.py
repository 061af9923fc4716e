"""The statements behind the sweeps: worked by hand, against slow twins, and as many for two tasks as for many."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.core import sql
from abmhub.menus.models import RecipeStep, Tactic
from abmhub.orders import actions
from abmhub.orders.models import Backlog, Order, OrderLine, RoutingRule, Task, TaskEvent, TaskStep
from abmhub.orders.promises import count_backlog
from abmhub.users.models import Absence, Role, Team, User
from tests.conftest import make_tactic, person

Make = Callable[[int], list[Task]]


@pytest.fixture
def make(account: Account, rep: User, envelope: Envelope, tactic: Tactic, now: datetime) -> Make:
    """So many orders of a letter with their tasks, and two steps of each, of one hour and of two."""

    def make(count: int) -> list[Task]:
        orders = Order.objects.bulk_create(
            Order(
                account=account, tier_id=1, envelope=envelope, placed_by=rep, placed_at=now, total_amount=40,
                idempotency_key=uuid4(),
            )
            for _ in range(count)
        )  # fmt: skip
        lines = OrderLine.objects.bulk_create(
            OrderLine(order=order, tactic=tactic, quantity=1, unit_cost=40, line_cost=40, promised_on=now.date())
            for order in orders
        )
        tasks = Task.objects.bulk_create(Task(line=line, name="Letter", due_on=line.promised_on) for line in lines)
        TaskStep.objects.bulk_create(
            TaskStep(task=task, position=number, name="Step", hours=number, due_on=task.due_on)
            for task in tasks
            for number in (1, 2)
        )
        return tasks

    return make


def loads(*people: User) -> dict[str, tuple[Decimal, int]]:
    names = {each.pk: each.name.split()[0] for each in people}
    rows = sql.rows("orders/loads", people=list(names))
    return {names[row["person_id"]]: (row["hours"], row["tasks"]) for row in rows}


def test_loads_by_hand(
    make: Make, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    first, second, finished = make(3)
    Task.objects.filter(pk__in=[first.pk, second.pk]).update(assignee=marketer)
    Task.objects.filter(pk=finished.pk).update(assignee=marketer, state="done", finished_at=now)
    first.steps.filter(position=1).update(done_at=now)
    second.steps.filter(position=2).update(assignee=other_marketer)
    finished.steps.update(assignee=other_marketer)
    assert loads(marketer, other_marketer, marketing_manager) == {"Mei": (Decimal(3), 2), "Pablo": (Decimal(2), 0)}


@pytest.mark.parametrize("seed", range(5))
def test_loads_against_the_twin(make: Make, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    people = [person(f"M{number}", Role.MARKETER) for number in range(4)]
    for task in make(12):
        state = dice.choice(["to_do", "in_progress", "done", "waiting"])
        Task.objects.filter(pk=task.pk).update(
            assignee=dice.choice([*people, None]),
            state=state,
            finished_at=now if state == "done" else None,
            waiting_since=now if state == "waiting" else None,
        )
        for step in task.steps.all():
            step.assignee, step.done_at = dice.choice([*people, None, None]), dice.choice([now, None, None])
            step.save()
    expected: dict[str, tuple[Decimal, int]] = {}
    for task in Task.objects.exclude(state="done").prefetch_related("steps__assignee").select_related("assignee"):
        if task.assignee:
            hours, tasks = expected.get(task.assignee.name, (Decimal(0), 0))
            expected[task.assignee.name] = (hours, tasks + 1)
        for step in task.steps.all():
            doer = step.assignee or task.assignee
            if doer and step.done_at is None:
                hours, tasks = expected.get(doer.name, (Decimal(0), 0))
                expected[doer.name] = (hours + step.hours, tasks)
    assert loads(*people) == expected


@pytest.mark.parametrize("anew", [False, True], ids=["as it is", "anew"])
def test_tasks_are_given_by_hand(make: Make, marketer: User, now: datetime, *, anew: bool) -> None:
    begun, waiting, other = make(3)
    Task.objects.filter(pk=begun.pk).update(state="in_progress", claimed_at=now)
    Task.objects.filter(pk=waiting.pk).update(state="waiting", claimed_at=now, waiting_since=now, assignee=marketer)
    given = sql.run(
        "orders/give_tasks",
        tasks=[begun.pk, waiting.pk],
        people=[marketer.pk, None],
        notes=["Hers", "Anybody's"],
        kind="routed",
        anew=anew,
        at=now,
    )
    claimed_at = None if anew else now
    assert given == 2
    assert list(Task.objects.order_by("pk").values_list("assignee", "state", "claimed_at")) == [
        (marketer.pk, "to_do" if anew else "in_progress", claimed_at),
        (None, "waiting", claimed_at),
        (None, "to_do", None),
    ]
    events = [
        (each.task, each.kind, each.by, each.person, each.note, each.at) for each in TaskEvent.objects.order_by("pk")
    ]
    assert sorted(events, key=lambda event: event[0].pk) == [
        (begun, "routed", None, marketer, "Hers", now),
        (waiting, "routed", None, None, "Anybody's", now),
    ]
    assert not other.events.exists()


@pytest.mark.parametrize("seed", range(4))
def test_tasks_are_given_against_the_twin(make: Make, marketer: User, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    tasks, anew = make(10), bool(seed % 2)
    for task in tasks:
        task.state, task.claimed_at = dice.choice(["to_do", "in_progress"]), dice.choice([now, None])
        task.save()
    gifts = {task.pk: dice.choice([marketer.pk, None]) for task in dice.sample(tasks, 6)}
    for task in tasks:
        if task.pk in gifts:
            task.assignee_id = gifts[task.pk]
            task.state = "to_do" if anew else task.state
            task.claimed_at = None if anew else task.claimed_at
    notes = ["Why"] * len(gifts)
    sql.run(
        "orders/give_tasks",
        tasks=list(gifts), people=list(gifts.values()), notes=notes, kind="routed", anew=anew, at=now,
    )  # fmt: skip
    expected = [(task.pk, task.assignee_id, task.state, task.claimed_at) for task in tasks]
    assert list(Task.objects.order_by("pk").values_list("pk", "assignee", "state", "claimed_at")) == expected
    assert dict(TaskEvent.objects.values_list("task", "person")) == gifts


def test_steps_are_given_by_hand(make: Make, marketer: User, now: datetime) -> None:
    first, second = make(2)
    first.steps.filter(position=2).update(done_at=now)
    second.steps.update(assignee=marketer)
    given = sql.run(
        "orders/give_steps",
        tasks=[first.pk, first.pk, second.pk, second.pk],
        positions=[1, 2, 1, 2],
        people=[marketer.pk, marketer.pk, None, marketer.pk],
        lent=False,
    )
    assert given == 2, "neither what is done nor what is theirs already"
    whose = TaskStep.objects.order_by("task", "position").values_list("assignee", flat=True)
    assert list(whose) == [marketer.pk, None, None, marketer.pk]


@pytest.mark.parametrize("seed", range(4))
def test_steps_are_given_against_the_twin(make: Make, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    people = [person(f"M{number}", Role.MARKETER).pk for number in range(3)] + [None]
    make(8)
    steps = list(TaskStep.objects.order_by("pk"))
    for step in steps:
        step.assignee_id, step.done_at = dice.choice(people), dice.choice([now, None, None])
        step.save()
    gifts, lent = [(step, dice.choice(people)) for step in dice.sample(steps, 10)], seed % 2 == 0
    for step, _ in gifts[:3]:
        step.covered_for_id = dice.choice(people)
        step.save()
    sql.run(
        "orders/give_steps",
        tasks=[step.task_id for step, _ in gifts],
        positions=[step.position for step, _ in gifts],
        people=[to for _, to in gifts],
        lent=lent,
    )
    for step, to in gifts:
        if step.done_at is None and step.assignee_id != to:
            step.covered_for_id = (step.covered_for_id or step.assignee_id) if lent else None
            step.assignee_id = to
    found = TaskStep.objects.order_by("pk").values_list("assignee", "covered_for")
    assert list(found) == [(step.assignee_id, step.covered_for_id) for step in steps]


def statements(sweep: Callable[[], int], found: int) -> int:
    """How many a sweep takes that finds at least so much."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert sweep() >= found
    return len(captured)


def test_sweeps_take_as_many_statements_for_two_tasks_as_for_many(
    make: Make, marketer: User, other_marketer: User, now: datetime
) -> None:
    team = Team.objects.create(name="Studio", manager=person("Dana Whit", Role.MARKETING_MANAGER))
    User.objects.filter(pk__in=[marketer.pk, other_marketer.pk]).update(team=team)
    RoutingRule.objects.create(name="All", position=1, goes_to=RoutingRule.GoesTo.TEAM, team=team)
    few, many = ([*_counted(make, count, marketer, other_marketer, now)] for count in (2, 40))
    assert few == many


def _counted(make: Make, count: int, marketer: User, delegate: User, now: datetime) -> Iterator[int]:
    """Of each sweep that finds so many tasks."""
    make(count)
    at, today = now + timedelta(minutes=count), now.date()
    yield statements(lambda: actions.route_tasks(at=at), count)
    Task.objects.update(assignee=marketer)
    yield statements(lambda: actions.escalate(at=at + timedelta(days=9)), count)
    absence = Absence.objects.create(person=marketer, starts_on=today, ends_on=today, delegate=delegate)
    yield statements(lambda: actions.cover_absences(at=at), count)
    absence.delete()
    yield statements(lambda: actions.cover_absences(at=at), count)
    User.objects.filter(pk=marketer.pk).update(is_active=False)
    TaskStep.objects.update(assignee=marketer)
    yield statements(lambda: actions.reroute_leavers(at=at), count)
    User.objects.filter(pk=marketer.pk).update(is_active=True)
    Task.objects.update(state="cancelled", finished_at=now)


@pytest.mark.parametrize("seed", range(5))
def test_the_backlog_against_the_twin(make: Make, tactic: Tactic, tier1: Tier, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    teams: list[Team | None] = [None, *(Team.objects.create(name=f"Studio {number}") for number in range(2))]
    tactics = [tactic, *(make_tactic(f"Letter {number}", tier=tier1, now=now) for number in range(3))]
    for step in RecipeStep.objects.filter(tactic__in=tactics):
        team = dice.choice(teams)
        RecipeStep.objects.filter(pk=step.pk).update(team=team, assignee_rule="team" if team else "claim")
    for task in make(30):
        state = dice.choice(["to_do", "in_progress", "waiting", "held", "done", "cancelled"])
        OrderLine.objects.filter(pk=task.line_id).update(tactic=dice.choice(tactics))
        Task.objects.filter(pk=task.pk).update(
            state=state,
            due_on=now.date() + timedelta(days=dice.randrange(3)),
            finished_at=now if state in ("done", "cancelled") else None,
            waiting_since=now if state == "waiting" else None,
        )
        for part in task.steps.all():
            part.hours, part.done_at = Decimal(dice.choice(["0", "1", "2.5"])), dice.choice([now, None, None])
            part.save()
    Backlog.objects.create(due_on=now.date(), hours=99)
    expected: dict[tuple[int | None, date], Decimal] = {}
    for task in Task.objects.filter(state__in=["to_do", "in_progress"]).select_related("line__tactic"):
        named = [step.team_id for step in task.line.tactic.recipe.order_by("position") if step.team_id]
        left = sum((step.hours for step in task.steps.all() if step.done_at is None), Decimal(0))
        key = (named[0] if named else None, task.due_on)
        expected[key] = expected.get(key, Decimal(0)) + left
    assert count_backlog() == len([hours for hours in expected.values() if hours])
    found = {(row.team_id, row.due_on): row.hours for row in Backlog.objects.all()}
    assert found == {key: hours for key, hours in expected.items() if hours}
