"""Who reads what when an order waits for approval."""

from datetime import datetime, timedelta

import pytest
import time_machine

from abmhub.committee.models import Contact
from abmhub.integrations import outbox, sweeps
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Approval, ApprovalRule, OrderLine, Task
from abmhub.users.models import Absence, Notification, User
from tests.orders.conftest import *  # noqa: F403 - an order and its task
from tests.orders.conftest import Place

WHY = "The card is worth it."


@pytest.fixture
def waiting(place: Place, tactic: Tactic, contacts: list[Contact], marketing_manager: User, now: datetime) -> Approval:
    ApprovalRule.objects.create(name="Letters", tactic=tactic, approver_role=ApprovalRule.Role.MARKETING_MANAGER)
    return place((tactic, contacts[:1])).approvals.get()


def tell(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        outbox.sweep(at=at)
        sweeps.ask_for_approval(at=at)
        outbox.sweep(at=at)


def read(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_whoever_may_decide_is_asked_once_and_marketing_hears_nothing_yet(
    waiting: Approval, marketing_manager: User, marketer: User, now: datetime
) -> None:
    for _ in range(2):
        tell(now)
        sweeps.announce_tasks(at=now)
    text = f"Rana Haddad needs your approval of {waiting.order} for Acme Robotics, $40:"
    assert read(marketing_manager) == [f"{text} Handwritten letter falls under “Letters”."]
    assert read(marketer) == []
    assert Task.objects.get().announced_at is None


def test_both_sides_read_the_decision_and_the_reason(
    waiting: Approval, marketing_manager: User, admin: User, rep: User, marketer: User, now: datetime
) -> None:
    late = now + timedelta(days=2)
    tell(late)
    assert [text.split(": ")[0] for text in read(admin)] == [
        f"Rana Haddad needs your approval of {waiting.order} for Acme Robotics, $40",
        f"{waiting.order} for Acme Robotics waits for approval since 4 March 2026",
    ]
    Notification.objects.filter(user=rep).delete()
    actions.approve(approval=waiting, by=marketing_manager, at=late, reason=WHY)
    tell(late)
    said = (
        f"Greta Vogt approved {waiting.order} for Acme Robotics: {WHY} It is promised later now: from 13 March 2026 on."
    )
    assert read(rep) == [said]
    assert read(admin)[-1] == said
    sweeps.announce_tasks(at=late)
    assert len(read(marketer)) == 1


def test_a_delegate_is_asked_from_the_day_on_which_they_cover(
    waiting: Approval, marketing_manager: User, marketer: User, now: datetime
) -> None:
    tell(now)
    tomorrow = now + timedelta(days=1)
    Absence.objects.create(person=marketing_manager, starts_on=tomorrow, ends_on=tomorrow, delegate=marketer)
    tell(now)
    assert read(marketer) == []
    tell(tomorrow)
    assert len(read(marketer)) == 1


def test_whoever_was_asked_reads_that_it_was_cancelled(
    waiting: Approval, marketing_manager: User, rep: User, now: datetime
) -> None:
    tell(now)
    actions.cancel_line(line=OrderLine.objects.get(), by=rep, at=now)
    tell(now)
    assert read(marketing_manager)[-1] == (
        f"{waiting.order} for Acme Robotics was cancelled: there is nothing left to decide."
    )
