"""While somebody is away their delegate has what falls due; what nobody touched comes back."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError

from abmhub.core.models import OutboxMessage
from abmhub.orders import actions
from abmhub.orders.models import Cover, RoutingRule, Task, TaskStep
from abmhub.users.models import Absence, User

LONG = 30


@pytest.fixture(autouse=True)
def no_rules(db: None) -> None:
    RoutingRule.objects.all().delete()


def away(absent: User, today: date, days: int, delegate: User | None = None) -> Absence:
    return Absence.objects.create(
        person=absent, starts_on=today, ends_on=today + timedelta(days=days), delegate=delegate
    )


def who_has(task: Task) -> str | None:
    assignee = Task.objects.get(pk=task.pk).assignee
    return str(assignee) if assignee else None


def news() -> list[tuple[str, int]]:
    told = OutboxMessage.objects.filter(topic__startswith="tasks.").order_by("pk")
    return [(message.topic, message.payload["tasks"]) for message in told]


def test_what_falls_due_while_away_goes_to_the_delegate(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    away(marketer, today, LONG, other_marketer)
    assert actions.cover_absences(at=now) == 1
    moved = Task.objects.get()
    assert (who_has(moved), moved.state, moved.claimed_at) == ("Pablo Ruiz", Task.State.IN_PROGRESS, now)
    event = moved.events.latest("pk")
    assert (event.kind, event.person, event.note) == ("handed_over", other_marketer, "Mei Chen is away until 3 April.")
    assert news() == [("tasks.covered", 1)]
    assert actions.cover_absences(at=now) == 0
    assert news() == [("tasks.covered", 1)], "both were told already"


@pytest.mark.parametrize("days", [0, 6], ids=["today", "until the day before"])
def test_what_is_due_after_the_return_stays(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime, days: int
) -> None:
    assert claimed.due_on == today + timedelta(days=7)
    away(marketer, today, days, other_marketer)
    assert actions.cover_absences(at=now) == 0


def test_an_absence_that_has_not_begun_moves_nothing(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    away(marketer, today + timedelta(days=1), LONG, other_marketer)
    assert actions.cover_absences(at=now) == 0


def test_what_waits_rests_where_it_is(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="", by=marketer, at=now)
    away(marketer, today, LONG, other_marketer)
    assert actions.cover_absences(at=now) == 0


def test_untouched_it_comes_back(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    absence = away(marketer, today, LONG, other_marketer)
    actions.cover_absences(at=now)
    absence.delete()
    back = now + timedelta(days=1)
    assert actions.cover_absences(at=back) == 1
    assert who_has(claimed) == "Mei Chen"
    assert Task.objects.get().events.latest("pk").note == "Mei Chen is back."
    assert Cover.objects.get().ended_at == back
    assert news() == [("tasks.covered", 1), ("tasks.returned", 1)]
    assert actions.cover_absences(at=back) == 0


@pytest.mark.parametrize("touch", ["begun", "ticked", "waited", "commented", "handed on"])
def test_touched_it_stays(
    task: Task, marketer: User, other_marketer: User, marketing_manager: User, today: date, now: datetime, touch: str
) -> None:
    begun = touch != "begun"
    if begun:
        actions.claim_task(task=task, by=marketer, at=now - timedelta(hours=1))
    else:
        Task.objects.update(assignee=marketer)
    absence = away(marketer, today, LONG, other_marketer)
    actions.cover_absences(at=now)
    later = now + timedelta(hours=1)
    match touch:
        case "begun":
            actions.claim_task(task=task, by=other_marketer, at=later)
        case "ticked":
            actions.tick_step(step=TaskStep.objects.get(task=task, position=1), by=other_marketer, at=later)
        case "waited":
            actions.wait(task=task, on=Task.WaitingOn.VENDOR, note="", by=other_marketer, at=later)
        case "commented":
            actions.comment(task=task, by=other_marketer, at=later, text="I am at it.")
        case "handed on":
            actions.hand_over(task=task, to=marketing_manager, seen=other_marketer.pk, by=marketing_manager, at=later)
    absence.delete()
    assert actions.cover_absences(at=later) == 0
    assert who_has(task) == ("Greta Vogt" if touch == "handed on" else "Pablo Ruiz")
    assert not Cover.objects.filter(ended_at=None).exists()


def test_a_delegate_who_goes_away_too_hands_it_on_and_it_returns_to_the_first(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, today: date, now: datetime
) -> None:
    first = away(marketer, today, LONG, other_marketer)
    actions.cover_absences(at=now)
    away(other_marketer, today, LONG, marketing_manager)
    assert actions.cover_absences(at=now + timedelta(hours=1)) == 1
    assert who_has(claimed) == "Greta Vogt"
    first.delete()
    actions.cover_absences(at=now + timedelta(hours=2))
    assert who_has(claimed) == "Mei Chen"


def test_a_task_has_one_delegate_at_a_time(claimed: Task, marketer: User, other_marketer: User, now: datetime) -> None:
    def cover() -> None:
        Cover.objects.create(task=claimed, absent=marketer, delegate=other_marketer, began_at=now)

    cover()
    with pytest.raises(IntegrityError):
        cover()


def test_without_a_delegate_what_nobody_began_goes_through_the_rules_again(
    task: Task, marketer: User, other_marketer: User, today: date, now: datetime
) -> None:
    actions.route_tasks(at=now)
    Task.objects.update(assignee=marketer)
    RoutingRule.objects.create(name="Letters", position=1, goes_to=RoutingRule.GoesTo.PERSON, person=other_marketer)
    away(marketer, today, LONG)
    assert actions.cover_absences(at=now) == 1
    assert who_has(task) == "Pablo Ruiz"
    note = Task.objects.get().events.latest("pk").note
    assert note == "Mei Chen is away until 3 April. Routed by “Letters” to Pablo Ruiz."


def test_without_anybody_it_is_anybodys_to_claim_unless_it_was_begun(
    task: Task, marketer: User, today: date, now: datetime
) -> None:
    away(marketer, today, LONG)
    Task.objects.update(assignee=marketer, routed_at=now)
    assert actions.cover_absences(at=now) == 1
    assert who_has(task) is None
    actions.claim_task(task=task, by=marketer, at=now)
    assert actions.cover_absences(at=now) == 0
    assert who_has(task) == "Mei Chen"


def test_steps_go_to_the_delegate_too(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, today: date, now: datetime
) -> None:
    TaskStep.objects.filter(position=2).update(assignee=other_marketer)
    away(other_marketer, today, LONG, marketing_manager)
    actions.cover_absences(at=now)
    assert TaskStep.objects.get(position=2).assignee == marketing_manager
    assert who_has(claimed) == "Mei Chen"


@pytest.mark.parametrize("touch", ["", "done", "a point ticked", "has left"])
def test_steps_that_nobody_touched_come_back_too(
    claimed: Task, marketer: User, other_marketer: User, marketing_manager: User, today: date, now: datetime, touch: str
) -> None:
    TaskStep.objects.filter(position=2).update(assignee=other_marketer, checklist=["Sign it"])
    absence = away(other_marketer, today, LONG, marketing_manager)
    again = away(marketing_manager, today, 0, marketer)
    actions.cover_absences(at=now)
    assert TaskStep.objects.get(position=2).assignee in (marketer, marketing_manager)
    again.delete()
    match touch:
        case "done":
            TaskStep.objects.filter(position=2).update(done_at=now)
        case "a point ticked":
            TaskStep.objects.filter(position=2).update(checked=[0])
        case "has left":
            User.objects.filter(pk=other_marketer.pk).update(is_active=False)
    actions.cover_absences(at=now)
    assert TaskStep.objects.get(position=2).assignee != other_marketer, "still away"
    absence.delete()
    actions.cover_absences(at=now)
    assert (TaskStep.objects.get(position=2).assignee == other_marketer) is not bool(touch)


def test_one_sweep_at_a_time(
    claimed: Task, marketer: User, other_marketer: User, today: date, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(marketer, today, LONG, other_marketer)
    monkeypatch.setattr("abmhub.orders.actions.covering.is_alone", lambda: False)
    assert actions.cover_absences(at=now) == 0
    assert who_has(claimed) == "Mei Chen"
