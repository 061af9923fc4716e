"""Whoever leaves leaves no work behind."""

from datetime import datetime, timedelta

import pytest

from abmhub.accounts.models import Account
from abmhub.core.models import OutboxMessage
from abmhub.orders import actions
from abmhub.orders.models import FollowUp, Order, OrderLine, RoutingRule, Task, TaskStep
from abmhub.users.actions import deactivate
from abmhub.users.models import Role, Team, User
from tests.conftest import person

State = Task.State


@pytest.fixture(autouse=True)
def no_rules(db: None) -> None:
    RoutingRule.objects.all().delete()


@pytest.fixture
def rules(other_marketer: User) -> None:
    """Every task is Pablo's."""
    RoutingRule.objects.create(name="All", position=1, goes_to=RoutingRule.GoesTo.PERSON, person=other_marketer)


def left_behind() -> int:
    """How much is still with people who cannot do it."""
    gone = User.objects.filter(is_active=False)
    return (
        Task.objects.unfinished().filter(assignee__in=gone).count()
        + TaskStep.objects.filter(done_at=None, assignee__in=gone, task__state__in=Task.UNFINISHED).count()
        + FollowUp.objects.owed().filter(owner__in=gone).count()
    )


def told(topic: str) -> list[dict[str, object]]:
    return [message.payload for message in OutboxMessage.objects.filter(topic=topic).order_by("pk")]


def test_what_was_begun_goes_through_the_rules_and_is_begun_anew(
    claimed: Task, rules: None, marketer: User, other_marketer: User, admin: User, now: datetime
) -> None:
    deactivate(person=marketer, by=admin)
    assert left_behind() == 1
    assert actions.reroute_leavers(at=now) == 1
    task = Task.objects.get()
    assert (task.assignee, task.state, task.claimed_at) == (other_marketer, State.TO_DO, None)
    assert task.line.state == OrderLine.State.ORDERED, "nothing of it was made: the rep may cancel again"
    assert task.events.latest("pk").note == "Mei Chen has left. Routed by “All” to Pablo Ruiz."
    assert told("work.inherited") == [
        {"leaver": marketer.pk, "person": other_marketer.pk, "tasks": 1, "steps": 0, "follow_ups": 0, "task": task.pk}
    ]
    assert len(told("work.left")) == 1
    assert actions.reroute_leavers(at=now + timedelta(minutes=1)) == 0
    assert len(told("work.left")) == 1


def test_what_was_made_of_it_keeps_it_in_production(
    claimed: Task, rules: None, marketer: User, admin: User, now: datetime
) -> None:
    actions.tick_step(step=claimed.steps.get(position=1), by=marketer, at=now)
    deactivate(person=marketer, by=admin)
    actions.reroute_leavers(at=now)
    assert Task.objects.get().line.state == OrderLine.State.IN_PRODUCTION


def test_without_a_rule_it_is_anybodys_to_claim(
    claimed: Task, marketer: User, other_marketer: User, admin: User, now: datetime
) -> None:
    deactivate(person=marketer, by=admin)
    actions.reroute_leavers(at=now)
    assert Task.objects.get().assignee is None
    assert told("work.left")[0]["queued"] == 1
    assert actions.claim_next(by=other_marketer, at=now) == claimed


def test_what_waits_goes_on_waiting_with_a_manager(
    claimed: Task, marketer: User, marketing_manager: User, admin: User, now: datetime
) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="", by=marketer, at=now)
    deactivate(person=marketer, by=admin)
    actions.reroute_leavers(at=now)
    task = Task.objects.get()
    assert (task.assignee, task.state, task.waiting_since) == (marketing_manager, State.WAITING, now)


def test_what_waits_with_nobody_is_taken_over_by_whoever_claims_it(
    claimed: Task, marketer: User, other_marketer: User, admin: User, now: datetime
) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="", by=marketer, at=now)
    deactivate(person=marketer, by=admin)
    actions.reroute_leavers(at=now)
    assert Task.objects.get().assignee is None
    task = actions.claim_task(task=claimed, by=other_marketer, at=now)
    assert (task.assignee, task.state) == (other_marketer, State.WAITING)
    assert actions.resume(task=task, by=other_marketer, at=now).state == State.IN_PROGRESS


def test_somebody_who_works_on_tasks_no_longer_leaves_them_too(
    claimed: Task, rules: None, marketer: User, other_marketer: User, now: datetime
) -> None:
    User.objects.filter(pk=marketer.pk).update(role=Role.SALES_REP)
    actions.reroute_leavers(at=now)
    task = Task.objects.get()
    assert task.assignee == other_marketer
    assert task.events.latest("pk").note.startswith("Mei Chen does not work on tasks any more.")


def test_steps_are_whoevers_the_task_is(
    claimed: Task, marketer: User, other_marketer: User, admin: User, now: datetime
) -> None:
    TaskStep.objects.filter(position=2).update(assignee=other_marketer)
    deactivate(person=other_marketer, by=admin)
    assert actions.reroute_leavers(at=now) == 1
    assert TaskStep.objects.get(position=2).assignee is None
    assert [payload["person"] for payload in told("work.inherited")] == [marketer.pk]


@pytest.mark.parametrize("heir", ["owner", "manager", "any manager", "administrator"])
def test_follow_ups_stay_with_sales(
    claimed: Task, account: Account, rep: User, other_rep: User, marketer: User, admin: User, now: datetime, heir: str
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    if heir == "owner":
        Account.objects.filter(pk=account.pk).update(owner=other_rep)
    if heir == "manager":
        Team.objects.filter(members=rep).update(manager=person("Selma Berg", Role.SALES_MANAGER))
    if heir == "any manager":
        person("Nora Vik", Role.SALES_MANAGER)
    deactivate(person=rep, by=admin)
    assert left_behind() == 1
    assert actions.reroute_leavers(at=now) == 1
    wanted = {"owner": "Oscar Lund", "manager": "Selma Berg", "any manager": "Nora Vik", "administrator": "Ada Stone"}
    assert FollowUp.objects.get().owner.name == wanted[heir]
    assert told("work.inherited")[0]["follow_ups"] == 1


def test_what_is_finished_stays_whose_it_was(
    claimed: Task, marketer: User, rep: User, admin: User, now: datetime
) -> None:
    actions.deliver(task=claimed, by=marketer, at=now, note="Done.")
    actions.finish_follow_up(follow_up=FollowUp.objects.get(), by=rep, at=now, note="")
    for leaver in (marketer, rep):
        deactivate(person=leaver, by=admin)
    assert actions.reroute_leavers(at=now) == 0
    assert (Task.objects.get().assignee, FollowUp.objects.get().owner) == (marketer, rep)


def test_without_the_sweep_work_stays_with_who_left(
    claimed: Task, marketer: User, admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nothing else moves it."""
    monkeypatch.setattr("abmhub.orders.actions.leaving.is_alone", lambda: False)
    deactivate(person=marketer, by=admin)
    actions.reroute_leavers(at=now)
    actions.route_tasks(at=now)
    actions.cover_absences(at=now)
    assert left_behind() == 1


def test_everything_of_everybody_at_once(
    order: Order, claimed: Task, rules: None, marketer: User, other_marketer: User, admin: User, now: datetime
) -> None:
    """Also a rule and a delegate who have left are passed over."""
    for leaver in (marketer, other_marketer):
        deactivate(person=leaver, by=admin)
    actions.reroute_leavers(at=now)
    assert left_behind() == 0
    assert Task.objects.get().assignee is None
