"""Two who act on a waiting order at the same moment have one outcome; beside it what happens without the lock."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Model

from abmhub.budgets import actions as budget_actions
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.budgets.models.envelope import EnvelopeQuerySet
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions, approvals, books
from abmhub.orders.models import Approval, ApprovalRule, OrderLine, Task
from abmhub.orders.models.approval import ApprovalQuerySet
from abmhub.orders.models.task import TaskQuerySet
from abmhub.users.models import User
from tests.at_once import at_once, meeting_point
from tests.orders.conftest import Place
from tests.rival import Rival

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "Worth it."


@pytest.fixture
def waiting(
    place: Place, tactic: Tactic, contacts: list[Contact], marketing_manager: User, admin: User, now: datetime
) -> Approval:
    """A letter that waits for Greta or Ada."""
    ApprovalRule.objects.create(name="All", approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    approval = place((tactic, contacts[:1])).approvals.get()
    Approval.objects.update(escalated_at=now)
    return approval


def decisions(approval: Approval, people: tuple[User, User], now: datetime) -> list[Callable[[], Approval]]:
    first, second = people
    return [
        lambda: actions.approve(approval=approval, by=first, at=now, reason=WHY),
        lambda: actions.decline(approval=approval, by=second, at=now, reason="Too dear."),
    ]


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (ApprovalQuerySet, TaskQuerySet):
        monkeypatch.setattr(rows, "select_for_update", lambda self, **_: self)


def at_the_decision(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have something happen when somebody has read the approval and not yet decided."""

    class Overtaken(approvals.Deciders):
        def of(self, approval: Approval) -> list[User]:
            found = super().of(approval)
            act()
            return found

    monkeypatch.setattr("abmhub.orders.actions.approving.Deciders", Overtaken)


def all_is_well() -> bool:
    line, task = OrderLine.objects.get(), Task.objects.get()
    is_over = line.state == OrderLine.State.CANCELLED
    releases = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.RELEASE).count()
    return (
        budget_books.errors() + books.errors() == []
        and is_over == (task.state == Task.State.CANCELLED)
        and releases == is_over
    )


def test_of_two_who_decide_one_does(waiting: Approval, marketing_manager: User, admin: User, now: datetime) -> None:
    outcomes = at_once(decisions(waiting, (marketing_manager, admin), now))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDecided", "Approval"]
    waiting.refresh_from_db()
    declined = waiting.state == Approval.State.DECLINED
    assert OrderLine.objects.get().state == ("cancelled" if declined else "ordered")
    assert all_is_well()


def test_control_without_the_lock_both_decide(
    waiting: Approval, marketing_manager: User, admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    at_the_decision(monkeypatch, meeting_point(2).wait)
    outcomes = at_once(decisions(waiting, (marketing_manager, admin), now))
    assert not any(isinstance(outcome, actions.AlreadyDecided) for outcome in outcomes)


def test_an_approval_clicked_twice_at_once_is_one(waiting: Approval, marketing_manager: User, now: datetime) -> None:
    outcomes = at_once(decisions(waiting, (marketing_manager, marketing_manager), now)[:1] * 4)
    assert all(isinstance(outcome, Approval) for outcome in outcomes)
    assert Task.objects.get().state == Task.State.TO_DO


@pytest.mark.parametrize("guarded", [True, False], ids=["locked", "control"])
def test_an_order_that_is_cancelled_while_somebody_approves_it(
    waiting: Approval, marketing_manager: User, rep: User, now: datetime, monkeypatch: pytest.MonkeyPatch, *,
    guarded: bool,
) -> None:  # fmt: skip
    """Whoever comes second sees the first; without the lock the database's wall is all that is left."""
    rival = Rival(lambda: actions.cancel_line(line=OrderLine.objects.get(), by=rep, at=now))
    at_the_decision(monkeypatch, rival.come)
    if not guarded:
        without_locks(monkeypatch)
        with pytest.raises(IntegrityError):
            actions.approve(approval=waiting, by=marketing_manager, at=now, reason=WHY)
        return
    actions.approve(approval=waiting, by=marketing_manager, at=now, reason=WHY)
    assert isinstance(rival.outcome(), OrderLine)
    assert OrderLine.objects.get().state == OrderLine.State.CANCELLED
    assert all_is_well()


def test_whoever_approves_after_the_cancellation_is_told(
    waiting: Approval, marketing_manager: User, rep: User, now: datetime
) -> None:
    def cancel() -> OrderLine:
        return actions.cancel_line(line=OrderLine.objects.get(), by=rep, at=now)

    approve: Callable[[], Any] = decisions(waiting, (marketing_manager, marketing_manager), now)[0]
    _, approved = at_once([cancel, approve])
    assert isinstance(approved, Approval | actions.AlreadyDecided)
    waiting.refresh_from_db()
    assert waiting.state == (Approval.State.APPROVED if isinstance(approved, Approval) else Approval.State.WITHDRAWN)
    assert all_is_well()


def test_an_envelope_that_is_cut_while_somebody_approves_keeps_what_is_reserved(
    waiting: Approval, marketing_manager: User, admin: User, envelope: Envelope, now: datetime
) -> None:
    was = {name: getattr(envelope, name) for name in budget_actions.EDITABLE}

    def cut() -> Envelope:
        becomes = {**was, "total_amount": 10}
        return budget_actions.edit_envelope(envelope=envelope, was=was, becomes=becomes, by=admin)

    approve, _ = decisions(waiting, (marketing_manager, admin), now)
    approved, refused = at_once([approve, cut])
    assert isinstance(approved, Approval)
    assert isinstance(refused, budget_actions.NotPossible)
    assert all_is_well()


@pytest.mark.parametrize("guarded", [True, False], ids=["locked", "control"])
def test_an_envelope_that_is_edited_while_somebody_declines_has_its_money_back(
    waiting: Approval, marketing_manager: User, admin: User, envelope: Envelope, now: datetime,
    monkeypatch: pytest.MonkeyPatch, *, guarded: bool,
) -> None:  # fmt: skip
    """The control, which reads without a lock and writes the whole row, reserves again what was given back."""
    _, decline = decisions(waiting, (admin, marketing_manager), now)
    rival = Rival(decline)
    check = Envelope.full_clean

    def check_and_be_overtaken(self: Envelope) -> None:
        check(self)
        rival.come()

    monkeypatch.setattr(Envelope, "full_clean", check_and_be_overtaken)
    if not guarded:
        monkeypatch.setattr(EnvelopeQuerySet, "select_for_update", lambda self, **_: self)
        monkeypatch.setattr(Envelope, "save", lambda self, **_: Model.save(self))
    was = {name: getattr(envelope, name) for name in budget_actions.EDITABLE}
    becomes = {**was, "total_amount": 600}
    budget_actions.edit_envelope(envelope=envelope, was=was, becomes=becomes, by=admin)
    assert isinstance(rival.outcome(), Approval)
    envelope.refresh_from_db()
    assert (envelope.total_amount, envelope.reserved_amount) == (Decimal(600), Decimal(0 if guarded else 40))
    assert (budget_books.errors() == []) is guarded
