"""An order that waits for approval: whom it waits for, what becomes of it, and that nobody can hold it up."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.core.refusals import NotAllowed
from abmhub.menus.models import Tactic
from abmhub.orders import actions, approvals, books
from abmhub.orders.approvals import Deciders
from abmhub.orders.models import Approval, ApprovalRule, Order, OrderLine, Task
from abmhub.users import actions as user_actions
from abmhub.users.models import Absence, Role, Team, User
from tests.orders.conftest import Place

WHY = "The card is worth it."


def rule(name: str = "All", **conditions: object) -> ApprovalRule:
    conditions.setdefault("approver_role", ApprovalRule.Role.MARKETING_MANAGER)
    return ApprovalRule.objects.create(name=name, **conditions)


@pytest.fixture
def waiting(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], marketing_manager: User
) -> Approval:
    """Two letters and a popcorn box of the rep, which wait for Greta."""
    rule(least_amount=Decimal("100.00"))
    return place((tactic, contacts[:2]), (stocked_tactic, contacts[:1])).approvals.get()


def deciders(approval: Approval, day: date) -> list[User]:
    return Deciders([approval], day=day).of(Approval.objects.for_list().get(pk=approval.pk))


def test_an_order_that_waits_holds_money_and_stock_and_nobody_can_claim_its_tasks(
    waiting: Approval, envelope: Envelope, stocked_tactic: Tactic, marketer: User, now: datetime
) -> None:
    for row in (envelope, stocked_tactic):
        row.refresh_from_db()
    assert (envelope.reserved_amount, stocked_tactic.stock_reserved) == (Decimal("105.00"), 1)
    assert {task.state for task in Task.objects.all()} == {Task.State.HELD}
    assert not Task.objects.unfinished().exists()
    assert not Task.objects.unannounced().exists()
    assert actions.claim_next(by=marketer, at=now) is None
    with pytest.raises(actions.WrongState, match="waiting for approval"):
        actions.claim_task(task=Task.objects.order_by("pk")[0], by=marketer, at=now)
    assert waiting.why == "its total of $105 reaches the $100 of “All”"
    assert budget_books.errors() + books.errors() == []


def test_a_held_task_is_nobodys_also_for_the_database(waiting: Approval, marketer: User) -> None:
    with pytest.raises(IntegrityError, match="task_held_is_nobodys"):
        Task.objects.update(assignee=marketer)


def test_approval_gives_the_tasks_to_the_queue(waiting: Approval, marketing_manager: User, now: datetime) -> None:
    promised = set(OrderLine.objects.values_list("promised_on", flat=True))
    actions.approve(approval=waiting, by=marketing_manager, at=now, reason=WHY)
    assert {task.state for task in Task.objects.all()} == {Task.State.TO_DO}
    assert set(OrderLine.objects.values_list("promised_on", flat=True)) == promised
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.reason) == ("approved", marketing_manager, WHY)
    news = OutboxMessage.objects.get(topic="approval.decided")
    assert news.payload == {"approval": waiting.pk, "by": marketing_manager.pk, "moved_to": ""}


def test_what_is_approved_later_is_promised_later(waiting: Approval, marketing_manager: User, now: datetime) -> None:
    """Ordered on a Wednesday, approved on the Monday after: three working days."""
    task = Task.objects.select_related("line").first()
    assert task is not None
    assert (task.line.starts_on, task.due_on) == (date(2026, 3, 4), date(2026, 3, 11))
    days = task.steps.order_by("position").values_list("due_on", flat=True)
    steps = list(days)
    actions.approve(approval=waiting, by=marketing_manager, at=now + timedelta(days=5), reason=WHY)
    task.refresh_from_db()
    assert (task.line.starts_on, task.line.promised_on, task.due_on) == (
        date(2026, 3, 9),
        date(2026, 3, 16),
        date(2026, 3, 16),
    )
    assert all(later > step for step, later in zip(steps, days.all(), strict=True))
    assert OutboxMessage.objects.get(topic="approval.decided").payload["moved_to"] == "2026-03-16"


def test_what_is_declined_gives_money_and_stock_back(
    waiting: Approval, marketing_manager: User, envelope: Envelope, stocked_tactic: Tactic, now: datetime
) -> None:
    actions.decline(approval=waiting, by=marketing_manager, at=now, reason="Not now.")
    for row in (envelope, stocked_tactic):
        row.refresh_from_db()
    assert (envelope.reserved_amount, stocked_tactic.stock_reserved) == (Decimal(0), 0)
    assert {line.state for line in OrderLine.objects.all()} == {OrderLine.State.CANCELLED}
    assert {task.state for task in Task.objects.all()} == {Task.State.CANCELLED}
    assert budget_books.errors() + books.errors() == []


def test_an_order_that_is_to_be_changed_keeps_its_money(
    waiting: Approval, marketing_manager: User, envelope: Envelope, now: datetime
) -> None:
    actions.request_changes(approval=waiting, by=marketing_manager, at=now, reason="One letter is enough.")
    envelope.refresh_from_db()
    assert envelope.reserved_amount == Decimal("105.00")
    assert {task.state for task in Task.objects.all()} == {Task.State.HELD}


@pytest.mark.parametrize("verdict", [actions.approve, actions.decline, actions.request_changes])
def test_a_decision_needs_a_reason_and_is_made_once(
    waiting: Approval, marketing_manager: User, admin: User, now: datetime, verdict: object
) -> None:
    Approval.objects.update(escalated_at=now)
    decide = {"approval": waiting, "at": now}
    with pytest.raises(actions.NoReason):
        verdict(**decide, by=marketing_manager, reason="  ")  # type: ignore[operator]
    assert Approval.objects.get().is_pending
    for _ in range(2):
        verdict(**decide, by=marketing_manager, reason=WHY)  # type: ignore[operator]
    assert OutboxMessage.objects.filter(topic="approval.decided").count() == 1
    with pytest.raises(actions.AlreadyDecided, match=r"Greta Vogt .* already: The card is worth it."):
        verdict(**decide, by=admin, reason=WHY)  # type: ignore[operator]
    assert budget_books.errors() + books.errors() == []


def test_nobody_approves_their_own_order_and_nobody_the_order_of_others(
    waiting: Approval, rep: User, sales_manager: User, marketer: User, analyst: User, now: datetime
) -> None:
    for user, sentence in (
        (rep, "Nobody approves their own order: this one waits for Greta Vogt."),
        (sales_manager, "Not yours to decide: this one waits for Greta Vogt."),
        (marketer, "Not yours to decide"),
        (analyst, "decided by those whom they wait for"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            actions.approve(approval=waiting, by=user, at=now, reason=WHY)
    with pytest.raises(IntegrityError, match="approval_by_somebody_else"):
        Approval.objects.update(state="approved", decided_by=rep, decided_at=now, reason=WHY)


def test_not_even_as_a_delegate(
    waiting: Approval, marketing_manager: User, rep: User, admin: User, today: date
) -> None:
    """Greta is away and named the very rep who ordered: the next in line decides."""
    Absence.objects.create(person=marketing_manager, starts_on=today, ends_on=today, delegate=rep)
    assert deciders(waiting, today) == [admin]


def test_the_delegate_decides_while_somebody_is_away(
    waiting: Approval, marketing_manager: User, marketer: User, now: datetime, today: date
) -> None:
    Absence.objects.create(person=marketing_manager, starts_on=today, ends_on=today, delegate=marketer)
    assert deciders(waiting, today) == [marketer]
    assert deciders(waiting, today + timedelta(days=1)) == [marketing_manager]
    with pytest.raises(NotAllowed):
        actions.approve(approval=waiting, by=marketing_manager, at=now, reason=WHY)
    actions.approve(approval=waiting, by=marketer, at=now, reason=WHY)


def test_a_delegate_who_cannot_see_the_account_does_not_decide(
    waiting: Approval, marketing_manager: User, other_rep: User, admin: User, today: date
) -> None:
    Absence.objects.create(person=marketing_manager, starts_on=today, ends_on=today, delegate=other_rep)
    assert deciders(waiting, today) == [admin]


@pytest.mark.parametrize("role", ApprovalRule.Role)
def test_an_approver_who_leaves_does_not_stall_it(
    place: Place, tactic: Tactic, contacts: list[Contact], sales_manager: User, marketing_manager: User, admin: User,
    today: date, role: ApprovalRule.Role,
) -> None:  # fmt: skip
    """Whoever is left of the three decides, the next in line first."""
    rule(approver_role=role)
    approval = place((tactic, contacts[:1])).approvals.get()
    cast = {"sales_manager": sales_manager, "marketing_manager": marketing_manager, "admin": admin}
    order = {
        "sales_manager": ["sales_manager", "marketing_manager", "admin"],
        "marketing_manager": ["marketing_manager", "admin", "sales_manager"],
        "admin": ["admin", "marketing_manager", "sales_manager"],
    }[role]
    for name in order:
        assert deciders(approval, today) == [cast[name]]
        User.objects.filter(pk=cast[name].pk).update(is_active=False)
    assert deciders(approval, today) == []


def test_a_person_who_was_named_and_left_is_followed_by_the_manager(
    place: Place, tactic: Tactic, contacts: list[Contact], sales_manager: User, marketer: User, admin: User, today: date
) -> None:
    rule(approver=marketer, approver_role="")
    approval = place((tactic, contacts[:1])).approvals.get()
    assert deciders(approval, today) == [marketer]
    user_actions.deactivate(person=marketer, by=admin)
    assert deciders(approval, today) == [sales_manager]


def test_a_manager_who_orders_is_not_asked_about_it(
    place: Place, tactic: Tactic, contacts: list[Contact], sales_manager: User, marketing_manager: User, team: Team,
    today: date,
) -> None:  # fmt: skip
    User.objects.filter(pk=sales_manager.pk).update(team=team)
    sales_manager.refresh_from_db()
    rule(approver_role=ApprovalRule.Role.SALES_MANAGER)
    approval = place((tactic, contacts[:1]), by=sales_manager).approvals.get()
    assert deciders(approval, today) == [marketing_manager]


def test_what_nobody_decides_in_time_is_escalated_once(
    waiting: Approval, marketing_manager: User, admin: User, now: datetime, today: date
) -> None:
    """Two working days after a Wednesday is Friday."""
    assert actions.escalate_approvals(at=now + timedelta(days=1)) == 0
    assert actions.escalate_approvals(at=now + timedelta(days=2)) == 1
    assert actions.escalate_approvals(at=now + timedelta(days=3)) == 0
    assert deciders(waiting, today) == [admin, marketing_manager]
    assert OutboxMessage.objects.filter(topic="approval.escalated").count() == 1


def test_cancelling_all_of_it_ends_the_asking(
    waiting: Approval, rep: User, marketing_manager: User, now: datetime
) -> None:
    first, second = OrderLine.objects.order_by("pk")
    actions.cancel_line(line=first, by=rep, at=now)
    assert Approval.objects.get().is_pending
    actions.cancel_line(line=second, by=rep, at=now)
    assert Approval.objects.get().state == Approval.State.WITHDRAWN
    with pytest.raises(actions.AlreadyDecided, match="cancelled meanwhile"):
        actions.approve(approval=waiting, by=marketing_manager, at=now, reason=WHY)
    assert budget_books.errors() + books.errors() == []


def test_rules_are_asked_in_their_order_and_all_of_their_conditions_must_hold(
    tactic: Tactic, stocked_tactic: Tactic, place: Place, contacts: list[Contact], marketing_manager: User
) -> None:
    rule("Costly in Tier 2", position=1, tier_id=2, least_amount=Decimal(1))
    rule("Costly mail", position=2, category=tactic.category, least_amount=Decimal(80))
    rule("Risky", position=3, least_risk=Tactic.Risk.MEDIUM)
    rule("Popcorn", position=4, tactic=stocked_tactic, is_active=False)
    assert not place((tactic, contacts[:1])).approvals.exists()
    assert place((tactic, contacts[:2])).approvals.get().rule.name == "Costly mail"  # type: ignore[union-attr]
    Tactic.objects.filter(pk=stocked_tactic.pk).update(risk=Tactic.Risk.HIGH)
    risky = place((stocked_tactic, contacts[:1])).approvals.get()
    assert risky.why == "Popcorn box has a high risk"


def test_what_is_approved_for_all_needs_none_and_counts_for_nothing(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    rule(least_amount=Decimal(60))
    Tactic.objects.filter(pk=tactic.pk).update(approval=Tactic.Approval.NEVER)
    assert not place((tactic, contacts), (stocked_tactic, contacts[:2])).approvals.exists()


def test_what_always_needs_it_asks_a_marketing_manager_where_no_rule_says_whom(
    place: Place, tactic: Tactic, contacts: list[Contact], marketing_manager: User, today: date
) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(approval=Tactic.Approval.ALWAYS)
    approval = place((tactic, contacts[:1])).approvals.get()
    assert (approval.why, deciders(approval, today)) == ("Handwritten letter always needs it", [marketing_manager])


def test_each_reads_what_waits_for_them(
    waiting: Approval, rep: User, marketing_manager: User, other_rep: User, today: date
) -> None:
    assert approvals.waiting_for(marketing_manager, day=today) == [waiting]
    assert approvals.waiting_for(rep, day=today) == approvals.waiting_for(other_rep, day=today) == []


def test_the_shipped_rules_ask_about_risk_before_amount(db: None) -> None:
    rules = ApprovalRule.objects.in_force()
    assert [each.name for each in rules] == ["High risk", "Large orders", "Orders of some size"]
    assert {each.approver_role for each in rules} == {Role.MARKETING_MANAGER, Role.SALES_MANAGER}


def test_the_same_order_sent_twice_is_asked_for_once(
    place: Place, tactic: Tactic, contacts: list[Contact], marketing_manager: User
) -> None:
    rule()
    key = uuid4()
    assert {place((tactic, contacts[:1]), key=key).pk for _ in range(2)} == {Order.objects.get().pk}
    assert Approval.objects.count() == 1
