"""A promise in danger is said aloud: to whoever has the task, their manager, the marketing managers; once each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from abmhub.core.models import OutboxMessage
from abmhub.orders import actions
from abmhub.orders.actions.escalating import Hearers
from abmhub.orders.models import Escalation, EscalationStep, Task
from abmhub.users.models import Role, Team, User
from tests.at_once import at_once, meeting_point
from tests.conftest import person

Level = EscalationStep.Level
DUE = date(2026, 3, 11)  # a Wednesday


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def days(number: int) -> datetime:
    """So many days after the day it is due."""
    return on(DUE + timedelta(days=number))


@pytest.fixture
def dana(marketer: User) -> User:
    """Who manages Mei."""
    manager = person("Dana Whit", Role.MARKETING_MANAGER)
    User.objects.filter(pk=marketer.pk).update(team=Team.objects.create(name="Studio", manager=manager))
    return manager


def told() -> list[tuple[str, str]]:
    return [(each.level, each.to.name) for each in Escalation.objects.select_related("to").order_by("pk")]


def test_each_level_is_told_once_when_its_day_comes(claimed: Task, dana: User, marketing_manager: User) -> None:
    assert claimed.due_on == DUE
    for day in range(-4, 10):
        actions.escalate(at=days(day))
        actions.escalate(at=days(day) + timedelta(minutes=5))
    rows = [(each.level, each.to.name, each.at) for each in Escalation.objects.select_related("to").order_by("pk")]
    assert rows == [
        (Level.DUE_SOON, "Mei Chen", days(-1)),
        (Level.OVERDUE, "Mei Chen", days(1)),
        (Level.TEAM_MANAGER, "Dana Whit", days(2)),
        (Level.MARKETING_MANAGERS, "Dana Whit", days(6)),
        (Level.MARKETING_MANAGERS, "Greta Vogt", days(6)),
    ], "Wednesday was due; four working days later is Tuesday"
    assert [event.note for event in claimed.events.exclude(kind="claimed").order_by("pk")] == [
        "Told Mei Chen.",
        "Told Mei Chen.",
        "Escalated to Dana Whit.",
        "Escalated to Dana Whit and Greta Vogt.",
    ]
    assert OutboxMessage.objects.filter(topic="tasks.late").count() == 5


def test_nobody_is_told_on_a_day_off(claimed: Task, dana: User) -> None:
    saturday = days(3)
    assert actions.escalate(at=saturday) == 0
    assert actions.escalate(at=saturday + timedelta(days=2)) > 0


def test_an_administrator_decides_when(claimed: Task, dana: User) -> None:
    EscalationStep.objects.filter(level=Level.DUE_SOON).update(working_days=3)
    EscalationStep.objects.exclude(level=Level.DUE_SOON).update(is_active=False)
    actions.escalate(at=days(-6))
    assert told() == []
    actions.escalate(at=days(-5))
    assert told() == [(Level.DUE_SOON, "Mei Chen")], "Friday is three working days before Wednesday"
    actions.escalate(at=days(30))
    assert len(told()) == 1


def test_what_waits_rests(claimed: Task, dana: User, marketer: User, now: datetime) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.RECIPIENT, note="", by=marketer, at=now)
    assert actions.escalate(at=days(9)) == 0


def test_what_is_finished_is_not_late(claimed: Task, dana: User, marketer: User, now: datetime) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    assert actions.escalate(at=days(9)) == 0


def test_what_nobody_has_is_told_to_the_marketing_managers(task: Task, marketing_manager: User) -> None:
    actions.escalate(at=days(-1))
    assert told() == [(Level.DUE_SOON, "Greta Vogt")]


@pytest.mark.parametrize("case", ["no team", "no manager", "left", "own manager"])
def test_without_a_manager_of_the_team_the_marketing_managers_are(
    claimed: Task, dana: User, marketer: User, marketing_manager: User, case: str
) -> None:
    match case:
        case "no team":
            User.objects.filter(pk=marketer.pk).update(team=None)
        case "no manager":
            Team.objects.update(manager=None)
        case "left":
            User.objects.filter(pk=dana.pk).update(is_active=False)
        case "own manager":
            Team.objects.filter(name="Studio").update(manager=marketer)
    EscalationStep.objects.exclude(level=Level.TEAM_MANAGER).update(is_active=False)
    actions.escalate(at=days(2))
    managers = {"Greta Vogt"} if case == "left" else {"Dana Whit", "Greta Vogt"}
    assert {name for _, name in told()} == managers


def test_all_that_is_late_is_one_sentence_for_each(claimed: Task, dana: User, marketer: User) -> None:
    Task.objects.update(due_on=DUE)
    actions.escalate(at=days(1))
    message = OutboxMessage.objects.get(topic="tasks.late", payload__level=Level.OVERDUE)
    assert message.payload == {"level": "overdue", "person": marketer.pk, "tasks": 1, "task": claimed.pk}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(claimed: Task, dana: User) -> None:
    outcomes = at_once([lambda: actions.escalate(at=days(1))] * 8)
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) == 1
    assert told() == [(Level.OVERDUE, "Mei Chen")]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_wall_holds(claimed: Task, dana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """All read that nobody was told; the constraint lets one of them say it, and the others fail whole."""
    together, of = meeting_point(4), Hearers.of

    def when_all_have_read(people: Hearers, level: str, assignee_id: int | None) -> list[int]:
        together.wait()
        return of(people, level, assignee_id)

    monkeypatch.setattr("abmhub.orders.actions.escalating.is_alone", lambda kind: True)
    monkeypatch.setattr(Hearers, "of", when_all_have_read)
    EscalationStep.objects.exclude(level=Level.OVERDUE).update(is_active=False)
    outcomes = at_once([lambda: actions.escalate(at=days(1))] * 4)
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 3
    assert told() == [(Level.OVERDUE, "Mei Chen")]
