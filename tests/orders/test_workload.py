"""Hours promised against hours there are, and what would level them."""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.levelling import Move, level
from abmhub.orders.models import Capacity, Skill, Task, TaskEvent, TaskStep
from abmhub.orders.workload import Load, Piece, Slot, Workload, slots_from, workload_on
from abmhub.users.models import Absence, Role, User
from tests.conftest import person
from tests.web.queue_of_tasks import more_tasks

WEDNESDAY = date(2026, 3, 4)
MONDAY = date(2026, 3, 2)
Give = Callable[..., Task]


@pytest.fixture
def give(account: Account, tactic: Tactic, envelope: Envelope, rep: User, marketer: User) -> Give:
    """A task of somebody with one step of so many hours that is due some days after Wednesday."""

    def give(hours: str, days: int = 0, **fields: object) -> Task:
        wish = {"account": account, "tactic": tactic, "rep": rep, "assignee": marketer, "state": "in_progress"}
        [task] = more_tasks(1, **{**wish, **fields})  # type: ignore[arg-type]
        task.steps.all().delete()
        TaskStep.objects.create(
            task=task, position=1, name="Do it", hours=hours, due_on=WEDNESDAY + timedelta(days=days)
        )
        return task

    return give


def test_weeks_begin_on_monday_and_only_working_days_from_today_count() -> None:
    first, second, *_ = slots_from(WEDNESDAY, by="week")
    assert (first.starts_on, first.ends_on, len(first.days)) == (MONDAY, date(2026, 3, 8), 3)
    assert (second.starts_on, len(second.days)) == (date(2026, 3, 9), 5)


def test_on_a_day_off_it_begins_with_the_next_working_day() -> None:
    assert slots_from(date(2026, 3, 7), by="week")[0].starts_on == date(2026, 3, 9)
    assert [slot.starts_on for slot in slots_from(date(2026, 3, 6), by="day")][:2] == [
        date(2026, 3, 6),
        date(2026, 3, 9),
    ]


def test_a_table_worked_by_hand(
    give: Give, marketer: User, other_marketer: User, marketing_manager: User, now: datetime
) -> None:
    give("2.50")
    give("1", days=-30)  # late: counts now
    give("4", days=5)  # next Monday
    give("8", days=100)  # beyond what is shown
    give("16", state="waiting", waiting_since=now)  # waits for others
    give("32", state="done", finished_at=now)
    give("64", assignee=None, state="to_do")
    helped = give("3")
    TaskStep.objects.create(task=helped, position=2, name="Film", hours=2, due_on=WEDNESDAY, assignee=other_marketer)
    TaskStep.objects.create(task=helped, position=3, name="Cut", hours=9, due_on=WEDNESDAY, done_at=now)
    workload = workload_on(WEDNESDAY)
    mine, other = workload.loads[marketer.pk], workload.loads[other_marketer.pk]
    assert (mine.hours[:2], mine.tasks[:2]) == ([Decimal("6.50"), Decimal(4)], [3, 1])
    assert (other.hours[:2], other.tasks[:2]) == ([Decimal(2), Decimal(0)], [1, 0])
    assert workload.loads[marketing_manager.pk].hours == [0] * 6
    # Only my hours of it could go to somebody else; and it is begun.
    [piece] = [piece for piece in workload.pieces if piece.task_id == helped.pk]
    assert (*piece.hours[:2], piece.is_begun) == (3, 0, True)
    assert sorted(sum(piece.hours) for piece in workload.pieces) == [1, Decimal("2.50"), 3, 4]


def test_capacity_is_days_at_work_times_hours_a_day(marketer: User, other_marketer: User) -> None:
    Capacity.objects.create(person=marketer, hours_a_day=Decimal("4.50"))
    Absence.objects.create(person=marketer, starts_on=date(2026, 3, 6), ends_on=date(2026, 3, 10))
    workload = workload_on(WEDNESDAY)
    assert workload.loads[marketer.pk].capacity[:3] == [Decimal(9), Decimal("13.50"), Decimal("22.50")]
    assert workload.loads[other_marketer.pk].capacity[:2] == [Decimal(18), Decimal(30)]


def test_who_sells_or_has_left_has_no_load(rep: User, marketer: User, admin: User) -> None:
    User.objects.filter(pk=marketer.pk).update(is_active=False)
    assert workload_on(WEDNESDAY).loads == {}


@pytest.mark.parametrize("seed", range(3), ids=str)
@pytest.mark.parametrize("by", ["week", "day"])
def test_it_counts_as_plain_python_does(
    by: str, seed: int, give: Give, marketer: User, other_marketer: User, now: datetime
) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        waits = dice.random() < 0.2
        task = give(
            str(dice.randint(0, 9)),
            dice.randint(-9, 50),
            assignee=dice.choice([marketer, other_marketer, None]),
            state="waiting" if waits else "in_progress",
            waiting_since=now if waits else None,
        )
        for position in (2, 3):
            TaskStep.objects.create(
                task=task, position=position, name="More", hours=dice.randint(0, 5),
                due_on=WEDNESDAY + timedelta(days=dice.randint(-9, 50)),
                done_at=now if dice.random() < 0.3 else None,
                assignee=dice.choice([None, None, marketer, other_marketer]),
            )  # fmt: skip
    workload = workload_on(WEDNESDAY, by=by)
    for person_id, load in workload.loads.items():
        expected, tasks = twin(workload.slots, person_id)
        assert load.hours == expected
        assert load.tasks == tasks


def twin(slots: Sequence[Slot], person_id: int) -> tuple[list[Decimal], list[int]]:
    """The slow way: step by step."""
    hours, tasks = [Decimal(0)] * len(slots), [set[int]() for _ in slots]
    for step in TaskStep.objects.select_related("task"):
        whose = step.assignee_id or step.task.assignee_id
        if step.done_at or step.task.state == "waiting" or whose != person_id or step.due_on > slots[-1].ends_on:
            continue
        number = max((n for n, slot in enumerate(slots) if slot.starts_on <= step.due_on), default=0)
        hours[number] += step.hours
        tasks[number].add(step.task_id)
    return hours, [len(some) for some in tasks]


def load_of(pk: int, capacity: list[int], pieces: list[Piece]) -> Load:
    own = [piece for piece in pieces if piece.person_id == pk]
    hours = [sum((piece.hours[slot] for piece in own), Decimal(0)) for slot in range(len(capacity))]
    tasks = [sum(piece.hours[slot] > 0 for piece in own) for slot in range(len(capacity))]
    return Load(User(pk=pk, name=f"Person {pk}"), [Decimal(each) for each in capacity], hours, tasks)


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    people, slots = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    days = [Slot(MONDAY + timedelta(weeks=n), MONDAY + timedelta(weeks=n, days=6), ()) for n in range(slots)]
    hours = st.tuples(*[st.integers(0, 9).map(Decimal)] * slots).filter(any)
    pieces = [
        Piece(number, f"Task {number}", draw(st.integers(1, 2)), draw(st.integers(1, people)), MONDAY, each)
        for number, each in enumerate(draw(st.lists(hours, max_size=10)))
    ]
    capacity = st.lists(st.integers(0, 20), min_size=slots, max_size=slots)
    loads = {pk: load_of(pk, draw(capacity), pieces) for pk in range(1, people + 1)}
    skills = {pk: draw(st.sampled_from([frozenset(), frozenset({7})])) for pk in loads}
    return Workload(days, loads, pieces, {2: frozenset({7})}, skills)


def over(loads: dict[int, Load]) -> dict[tuple[int, int], Decimal]:
    return {(pk, slot): load.over(slot) for pk, load in loads.items() for slot in range(len(load.hours))}


@given(workloads())
def test_levelling_makes_nobody_worse_off_and_loses_nothing(workload: Workload) -> None:
    before = over(dict(workload.loads))
    hours = sum(sum(load.hours) for load in workload.loads.values())
    proposal = level(workload)
    after = over(proposal.loads)
    assert all(after[key] <= before[key] for key in before)
    assert sum(sum(load.hours) for load in proposal.loads.values()) == hours
    assert len({move.piece.task_id for move in proposal.moves}) == len(proposal.moves)
    assert all(workload.can_do(move.to_id, move.piece.tactic_id) for move in proposal.moves)
    assert bool(proposal.moves) == (sum(after.values()) < sum(before.values()))
    # What was proposed is a proposal: the workload itself is as it was.
    assert over(dict(workload.loads)) == before


def test_the_smallest_task_that_is_enough_moves() -> None:
    pieces = [Piece(n, f"Task {n}", 1, 1, MONDAY, (Decimal(hours),)) for n, hours in enumerate([8, 3, 5])]
    loads = {1: load_of(1, [12], pieces), 2: load_of(2, [6], pieces)}
    proposal = level(Workload([Slot(MONDAY, MONDAY, ())], loads, pieces))
    assert [(move.piece.name, move.to_id) for move in proposal.moves] == [("Task 2", 2)]
    assert proposal.still_over == []


def test_what_is_begun_moves_only_when_nothing_else_can() -> None:
    def moved(*begun: bool) -> list[str]:
        pieces = [Piece(n, f"Task {n}", 1, 1, MONDAY, (Decimal(4),), each) for n, each in enumerate(begun)]
        loads = {1: load_of(1, [4], pieces), 2: load_of(2, [9], pieces)}
        return [move.piece.name for move in level(Workload([Slot(MONDAY, MONDAY, ())], loads, pieces)).moves]

    assert moved(True, False) == ["Task 1"]
    assert moved(True, True) == ["Task 0"]


@pytest.fixture
def overloaded(give: Give) -> list[Task]:
    """Three tasks of six hours that are due today, of somebody who has three days of four hours."""
    return [give("6"), give("6"), give("6")]


def moves_of(workload: Workload) -> list[Move]:
    return list(level(workload).moves)


@pytest.fixture
def short_days(marketer: User) -> Capacity:
    return Capacity.objects.create(person=marketer, hours_a_day=4)


def test_a_manager_accepts_and_each_move_is_history(
    overloaded: list[Task], short_days: Capacity, marketer: User, other_marketer: User, marketing_manager: User,
    now: datetime,
) -> None:  # fmt: skip
    Capacity.objects.create(person=marketing_manager, hours_a_day=0)
    [move] = moves_of(workload_on(WEDNESDAY))
    assert move.to_id == other_marketer.pk
    actions.accept_moves(keys=[move.key], slots="week", team_id=None, by=marketing_manager, at=now)
    task = Task.objects.get(pk=move.piece.task_id)
    assert task.assignee == other_marketer
    event = task.events.get(kind=TaskEvent.Kind.HANDED_OVER)
    assert (event.by, event.person) == (marketing_manager, other_marketer)
    assert not any(load.is_over for load in workload_on(WEDNESDAY).loads.values())


@pytest.mark.parametrize("what", ["delivered", "moved", "full", "nothing"])
def test_it_refuses_what_would_no_longer_help(
    what: str, overloaded: list[Task], short_days: Capacity, give: Give, marketer: User, other_marketer: User,
    marketing_manager: User, now: datetime,
) -> None:  # fmt: skip
    Capacity.objects.create(person=marketing_manager, hours_a_day=0)
    keys = [move.key for move in moves_of(workload_on(WEDNESDAY))]
    moved = Task.objects.get(pk=keys[0].partition(":")[0])
    if what == "delivered":
        TaskStep.objects.update(done_at=now)
    elif what == "moved":
        actions.hand_over(task=moved, to=other_marketer, seen=marketer.pk, by=marketing_manager, at=now)
    elif what == "full":
        give("18", assignee=other_marketer)
    else:
        keys = []
    with pytest.raises(actions.WorkloadChanged):
        actions.accept_moves(keys=keys, slots="week", team_id=None, by=marketing_manager, at=now)
    moved.refresh_from_db()
    assert moved.assignee == (other_marketer if what == "moved" else marketer)


def test_all_of_it_or_nothing(
    overloaded: list[Task], marketer: User, other_marketer: User, marketing_manager: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A task that moves on after the workload was read: the one before it stays where it was, too."""
    Capacity.objects.bulk_create(Capacity(person=each, hours_a_day=0) for each in (marketer, marketing_manager))
    moves = moves_of(workload_on(WEDNESDAY))
    assert len(moves) > 1
    late = max(move.piece.task_id for move in moves)

    def and_then(*args: object, **fields: object) -> Workload:
        found = workload_on(*args, **fields)  # type: ignore[arg-type]
        Task.objects.filter(pk=late).update(assignee=None, state="to_do")
        return found

    monkeypatch.setattr("abmhub.orders.actions.levelling.workload_on", and_then)
    with pytest.raises(actions.NoLongerWith):
        actions.accept_moves(
            keys=[move.key for move in moves], slots="week", team_id=None, by=marketing_manager, at=now
        )
    assert not Task.objects.filter(assignee=other_marketer).exists()


def test_only_whoever_has_the_skill_is_proposed(
    overloaded: list[Task], short_days: Capacity, tactic: Tactic, marketer: User, other_marketer: User
) -> None:
    skilled = person("Sana Ito", Role.MARKETER)
    skill = Skill.objects.create(name="Calligraphy")
    skill.tactics.add(tactic)
    skill.people.add(marketer, skilled)
    assert {move.to_id for move in moves_of(workload_on(WEDNESDAY))} == {skilled.pk}


def test_only_managers_level(marketer: User, now: datetime) -> None:
    with pytest.raises(actions.NotAllowed):
        actions.accept_moves(keys=["1:2:3"], slots="week", team_id=None, by=marketer, at=now)
