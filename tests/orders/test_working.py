"""The work on a task: claimed by one, ticked off, waiting, resumed, given back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import OrderLine, Task
from abmhub.users.models import User
from tests.orders.conftest import Place

WORKING: dict[str, Callable[..., object]] = {
    "claim": actions.claim_task,
    "release": actions.release_task,
    "wait": lambda **who: actions.wait(on=Task.WaitingOn.VENDOR, note="", **who),
    "resume": actions.resume,
    "deliver": lambda **who: actions.deliver(note="Done.", **who),
    "tick": lambda task, **who: actions.tick_step(step=task.steps.get(position=1), **who),
    "untick": lambda task, **who: actions.untick_step(step=task.steps.get(position=1), **who),
}


def line_state(task: Task) -> str:
    return OrderLine.objects.get(pk=task.line_id).state


def news(topic: str) -> list[dict[str, object]]:
    return list(OutboxMessage.objects.filter(topic=topic).order_by("pk").values_list("payload", flat=True))


def test_a_claim_starts_production(task: Task, marketer: User, now: datetime) -> None:
    assert task.line.can_be_cancelled
    claimed = actions.claim_task(task=task, by=marketer, at=now)
    assert (claimed.state, claimed.assignee, claimed.claimed_at) == ("in_progress", marketer, now)
    assert line_state(task) == "in_production"


def test_claiming_ones_own_task_again_changes_nothing(claimed: Task, marketer: User, now: datetime) -> None:
    again = actions.claim_task(task=claimed, by=marketer, at=now + timedelta(hours=1))
    assert (again.state, again.claimed_at) == ("in_progress", now)


def test_a_claimed_task_is_refused_to_the_next(claimed: Task, other_marketer: User, now: datetime) -> None:
    with pytest.raises(actions.AlreadyClaimed, match="Mei Chen claimed this task first"):
        actions.claim_task(task=claimed, by=other_marketer, at=now)


def test_a_task_that_was_given_to_somebody_waits_for_them(
    task: Task, marketer: User, other_marketer: User, now: datetime
) -> None:
    Task.objects.filter(pk=task.pk).update(assignee=marketer)
    assert actions.claim_next(by=other_marketer, at=now) is None
    with pytest.raises(actions.AlreadyClaimed):
        actions.claim_task(task=task, by=other_marketer, at=now)
    assert actions.claim_task(task=task, by=marketer, at=now).state == "in_progress"


def test_what_is_finished_is_not_claimed(task: Task, marketer: User, rep: User, now: datetime) -> None:
    actions.cancel_line(line=task.line, by=rep, at=now)
    with pytest.raises(actions.WrongState, match="This task is cancelled"):
        actions.claim_task(task=task, by=marketer, at=now)


def test_claim_next_takes_the_most_urgent_that_nobody_has(
    place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, other_marketer: User, now: datetime
) -> None:
    later = Task.objects.get(line__order=place((tactic, contacts[:1]), at=now + timedelta(days=1)))
    sooner = Task.objects.get(line__order=place((tactic, contacts[:1])))
    assert actions.claim_next(by=marketer, at=now) == sooner
    assert actions.claim_next(by=other_marketer, at=now) == later
    assert actions.claim_next(by=marketer, at=now) is None


@pytest.mark.parametrize("verb", WORKING)
@pytest.mark.parametrize("who", ["rep", "sales_manager", "analyst"])
def test_only_marketing_and_administrators_work_on_tasks(
    request: pytest.FixtureRequest, claimed: Task, now: datetime, verb: str, who: str
) -> None:
    with pytest.raises(actions.NotAllowed, match="Only marketing"):
        WORKING[verb](task=claimed, by=request.getfixturevalue(who), at=now)
    with pytest.raises(actions.NotAllowed):
        actions.claim_next(by=request.getfixturevalue(who), at=now)


@pytest.mark.parametrize("verb", [verb for verb in WORKING if verb not in ("claim", "resume")])
def test_a_colleagues_task_is_theirs_unless_one_leads_marketing(
    claimed: Task, other_marketer: User, marketing_manager: User, now: datetime, verb: str
) -> None:
    with pytest.raises(actions.NotYours, match="Mei Chen works on this task"):
        WORKING[verb](task=claimed, by=other_marketer, at=now)
    WORKING[verb](task=claimed, by=marketing_manager, at=now)


@pytest.mark.parametrize("verb", [verb for verb in WORKING if verb != "claim"])
def test_a_task_is_claimed_before_it_is_worked_on(task: Task, marketer: User, now: datetime, verb: str) -> None:
    with pytest.raises(actions.NotYours, match="Claim this task first"):
        WORKING[verb](task=task, by=marketer, at=now)


def test_a_released_task_is_free_and_can_be_cancelled_again(
    claimed: Task, marketer: User, other_marketer: User, rep: User, now: datetime
) -> None:
    released = actions.release_task(task=claimed, by=marketer, at=now)
    assert (released.state, released.assignee, released.claimed_at) == ("to_do", None, None)
    assert line_state(claimed) == "ordered"
    assert actions.claim_next(by=other_marketer, at=now) == claimed


def test_work_that_was_done_is_not_lost_by_releasing(claimed: Task, marketer: User, rep: User, now: datetime) -> None:
    step = claimed.steps.get(position=1)
    actions.tick_step(step=step, by=marketer, at=now)
    actions.release_task(task=claimed, by=marketer, at=now)
    assert line_state(claimed) == "in_production"
    with pytest.raises(actions.TooLate, match="Marketing has started"):
        actions.cancel_line(line=claimed.line, by=rep, at=now)


def test_a_ticked_step_keeps_who_did_it_first(
    claimed: Task, marketer: User, marketing_manager: User, now: datetime
) -> None:
    step = claimed.steps.get(position=1)
    actions.tick_step(step=step, by=marketer, at=now)
    actions.tick_step(step=step, by=marketing_manager, at=now + timedelta(hours=1))
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (now, marketer)
    actions.untick_step(step=step, by=marketer, at=now)
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (None, None)


def wait(task: Task, by: User, at: datetime, on: Task.WaitingOn = Task.WaitingOn.RECIPIENT) -> Task:
    return actions.wait(task=task, on=on, note=" Which floor? ", by=by, at=at)


def test_waiting_stops_the_clock_and_tells_the_rep(claimed: Task, marketer: User, now: datetime) -> None:
    task = wait(claimed, marketer, now)
    assert (task.state, task.waiting_on, task.waiting_since, task.waiting_note) == (
        "waiting", "recipient", now, "Which floor?",
    )  # fmt: skip
    assert Task.objects.overdue(task.due_on + timedelta(days=30)).count() == 0
    assert news("task.waiting") == [{"task": task.pk, "on": "recipient", "note": "Which floor?", "by": marketer.pk}]
    with pytest.raises(actions.WrongState, match="resume it first"):
        wait(task, marketer, now)
    with pytest.raises(actions.WrongState, match="resume it first"):
        actions.deliver(task=task, by=marketer, at=now, note="Done.")


@pytest.mark.parametrize(
    ("until", "due_on", "open_step_on"),
    [
        (datetime(2026, 3, 4, 18, 0, tzinfo=UTC), date(2026, 3, 11), date(2026, 3, 10)),
        (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), date(2026, 3, 13), date(2026, 3, 12)),
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), date(2026, 3, 13), date(2026, 3, 12)),
        (datetime(2026, 3, 9, 9, 0, tzinfo=UTC), date(2026, 3, 16), date(2026, 3, 13)),
    ],
    ids=["same day", "two working days", "over the weekend, back on Sunday", "back on Monday"],
)
def test_the_due_date_moves_by_the_working_days_that_were_waited(
    claimed: Task, marketer: User, now: datetime, until: datetime, due_on: date, open_step_on: date
) -> None:
    """Waiting since Wednesday 4 March; the first step was done before, the second is open."""
    actions.tick_step(step=claimed.steps.get(position=1), by=marketer, at=now)
    wait(claimed, marketer, now)
    task = actions.resume(task=claimed, by=marketer, at=until)
    assert (task.state, task.waiting_on, task.waiting_since, task.waiting_note) == ("in_progress", "", None, "")
    task.refresh_from_db()
    assert task.due_on == due_on
    assert list(task.steps.order_by("position").values_list("due_on", flat=True)) == [date(2026, 3, 5), open_step_on]
    assert task.line.promised_on == date(2026, 3, 11)
    moved = [{"task": task.pk, "due_on": str(due_on), "by": marketer.pk}]
    assert news("task.resumed") == (moved if due_on > date(2026, 3, 11) else [])


def test_only_what_waits_is_resumed(claimed: Task, marketer: User, now: datetime) -> None:
    with pytest.raises(actions.WrongState, match="does not wait"):
        actions.resume(task=claimed, by=marketer, at=now)


def test_a_note_that_is_too_long_is_refused(claimed: Task, marketer: User, now: datetime) -> None:
    with pytest.raises(actions.TooLong):
        actions.wait(task=claimed, on=Task.WaitingOn.REP, note="x" * 301, by=marketer, at=now)


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"state": "waiting"}, "task_waiting_has_a_start"),
        ({"waiting_since": datetime(2026, 3, 4, tzinfo=UTC)}, "task_waiting_has_a_start"),
        ({"state": "done"}, "task_finished_has_a_moment"),
        ({"finished_at": datetime(2026, 3, 4, tzinfo=UTC)}, "task_finished_has_a_moment"),
    ],
)
def test_the_database_is_the_second_wall(task: Task, change: dict[str, object], wall: str) -> None:
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**change)


def test_people_comment_on_tasks_they_see(
    task: Task, rep: User, marketer: User, other_rep: User, analyst: User, now: datetime
) -> None:
    said = actions.comment(task=task, by=rep, at=now, text="  She is on leave until Monday. ")
    assert (said.text, said.by, said.at) == ("She is on leave until Monday.", rep, now)
    assert news("comment.made") == [{"comment": said.pk}]
    actions.comment(task=task, by=marketer, at=now, text="Thank you.")
    for stranger in (other_rep, analyst):
        with pytest.raises(actions.NotAllowed):
            actions.comment(task=task, by=stranger, at=now, text="Hello")
    with pytest.raises(actions.NothingSaid):
        actions.comment(task=task, by=rep, at=now, text="  \n")
    with pytest.raises(actions.TooLong):
        actions.comment(task=task, by=rep, at=now, text="x" * 2001)
    assert task.comments.count() == 2
