"""What happened to a task stays known after its columns have moved on, and nobody rewrites it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, models, transaction

from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Approval, ApprovalRule, Escalation, Task, TaskEvent
from abmhub.users.models import User
from tests.orders.conftest import Place


def kinds(task: Task) -> list[str]:
    return list(task.events.order_by("at", "pk").values_list("kind", flat=True))


def test_it_remembers_claims_waits_and_returns(claimed: Task, marketer: User, now: datetime) -> None:
    """Also those that the task's own columns have forgotten."""
    later = now + timedelta(days=2)
    actions.wait(task=claimed, on=Task.WaitingOn.VENDOR, note="The proof", by=marketer, at=now)
    actions.resume(task=claimed, by=marketer, at=later)
    actions.release_task(task=claimed, by=marketer, at=later)

    assert kinds(claimed) == ["claimed", "waiting", "resumed", "released"]
    waiting, resumed = claimed.events.get(kind="waiting"), claimed.events.get(kind="resumed")
    assert (waiting.by, waiting.note) == (marketer, "On a vendor: The proof")
    assert resumed.note == f"Now due on {Task.objects.get(pk=claimed.pk).due_on:%-d %B %Y}."


def test_a_claim_that_is_repeated_is_one_line(claimed: Task, marketer: User, now: datetime) -> None:
    actions.claim_task(task=claimed, by=marketer, at=now)

    assert kinds(claimed) == ["claimed"]


@pytest.fixture
def histories(
    claimed: Task, place: Place, tactic: Tactic, contacts: list[Contact], marketing_manager: User, now: datetime
) -> None:
    """A claim, somebody who was told that it is late, and an order that was approved."""
    Escalation.objects.create(task=claimed, level=Escalation.Level.OVERDUE, to=marketing_manager, at=now)
    ApprovalRule.objects.create(name="All", approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    approval = place((tactic, contacts[1:2])).approvals.get()
    actions.approve(approval=approval, by=marketing_manager, at=now, reason="Worth it.")


REWRITINGS = {
    "event": (TaskEvent.objects.all, {"note": "Never."}, "orders.TaskEvent:task_event_stays"),
    "escalation": (Escalation.objects.all, {"level": "due_soon"}, "orders.Escalation:escalation_stays"),
    "decision": (Approval.objects.all, {"reason": "Never."}, "orders.Approval:approval_decision_stays"),
}
DELETIONS = {
    "event": (TaskEvent.objects.all, "orders.TaskEvent:task_event_stays"),
    "escalation": (Escalation.objects.all, "orders.Escalation:escalation_stays"),
    "approval": (Approval.objects.all, "orders.Approval:approval_stays"),
}


@pytest.mark.parametrize(("rows", "change", "guard"), REWRITINGS.values(), ids=REWRITINGS)
def test_what_was_said_is_not_rewritten(
    histories: None, rows: Callable[[], models.QuerySet[Any]], change: dict[str, str], guard: str
) -> None:
    """The control: with the guard off it is."""
    with pytest.raises(DatabaseError, match=r"Cannot update|stays as it was said"), transaction.atomic():
        rows().update(**change)
    assert not rows().filter(**change).exists()
    with pgtrigger.ignore(guard):
        assert rows().update(**change) == rows().filter(**change).count() > 0


@pytest.mark.parametrize(("rows", "guard"), DELETIONS.values(), ids=DELETIONS)
def test_what_was_said_is_not_deleted(histories: None, rows: Callable[[], models.QuerySet[Any]], guard: str) -> None:
    """The control: with the guard off it is."""
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        rows().all().delete()
    assert rows().exists()
    with pgtrigger.ignore(guard):
        rows().all().delete()
    assert not rows().exists()


def test_a_decision_outlives_its_rule(histories: None) -> None:
    ApprovalRule.objects.all().delete()
    assert (Approval.objects.get().rule, Approval.objects.get().reason) == (None, "Worth it.")
