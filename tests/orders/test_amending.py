"""An order that went back is changed and sent again under its number: what it had returns, what it wants is kept."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from abmhub.accounts.models import Account
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders.actions import LineRequest
from abmhub.orders.menu import menu_for
from abmhub.orders.models import Approval, ApprovalRule, Order, OrderLine, Task
from abmhub.users.models import User
from tests.orders.conftest import Place

KEY = UUID("6f1f1b0e-51f0-4a0e-9d4b-0f6a2c1d7e11")


@pytest.fixture
def order(
    place: Place,
    tactic: Tactic,
    stocked_tactic: Tactic,
    contacts: list[Contact],
    marketing_manager: User,
    now: datetime,
) -> Order:
    """Two letters and three popcorn boxes, all that are left and may be had; Greta asks for changes."""
    MenuItem.objects.update(quota=1)
    ApprovalRule.objects.create(
        name="All", position=1, least_amount=100, approver_role=ApprovalRule.Role.MARKETING_MANAGER
    )
    order = place((tactic, contacts[:2]), (stocked_tactic, contacts))
    actions.request_changes(
        approval=order.approvals.get(), by=marketing_manager, at=now, reason="Fewer letters, please."
    )
    return order


def amend(order: Order, by: User, at: datetime, *boxes: tuple[Tactic, Iterable[Contact]], key: UUID = KEY) -> Order:
    lines = [LineRequest(tactic.pk, [contact.pk for contact in people]) for tactic, people in boxes]
    return actions.amend_order(order=order, by=by, at=at, lines=lines, idempotency_key=key, note="Better now.")


def all_is_well() -> bool:
    return budget_books.errors() + books.errors() == []


def test_it_keeps_its_number_and_reserves_what_it_wants_now(
    order: Order, rep: User, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope,
    now: datetime,
) -> None:  # fmt: skip
    """Quota and store had nothing left but what the order itself holds."""
    assert amend(order, rep, now, (tactic, contacts[:1]), (stocked_tactic, contacts[1:])).pk == order.pk
    for row in (order, envelope, stocked_tactic):
        row.refresh_from_db()
    assert (order.total_amount, order.note) == (Decimal("90.00"), "Better now.")
    assert (envelope.reserved_amount, stocked_tactic.stock_reserved) == (Decimal("90.00"), 2)
    assert [line.quantity for line in order.lines.current().order_by("pk")] == [1, 2]
    assert {line.state for line in order.lines.exclude(amended_at=None)} == {OrderLine.State.CANCELLED}
    assert all_is_well()


def test_whoever_asked_for_changes_is_asked_again_even_for_less_than_the_rule(
    order: Order, rep: User, tactic: Tactic, contacts: list[Contact], marketing_manager: User, now: datetime
) -> None:
    amend(order, rep, now, (tactic, contacts[:1]))
    first, second = order.approvals.order_by("pk")
    assert (first.state, second.state, second.why) == ("changes", "pending", "Greta Vogt asked for changes")
    assert set(Task.objects.filter(line__amended_at=None).values_list("state", flat=True)) == {Task.State.HELD}
    actions.approve(approval=second, by=marketing_manager, at=now, reason="Now it fits.")
    assert [task.line.quantity for task in Task.objects.unfinished()] == [1]
    assert all_is_well()


def test_sent_twice_it_is_changed_once(
    order: Order, rep: User, tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    for _ in range(2):
        amend(order, rep, now, (tactic, contacts[:1]))
    assert (order.approvals.count(), order.lines.count()) == (2, 3)


def test_while_it_waits_it_is_changed_and_asked_for_anew(
    order: Order, rep: User, tactic: Tactic, contacts: list[Contact], marketing_manager: User, now: datetime
) -> None:
    amend(order, rep, now, (tactic, contacts[:1]))
    amend(order, rep, now, (tactic, contacts[1:2]), key=uuid4())
    assert list(order.approvals.order_by("pk").values_list("state", flat=True)) == ["changes", "withdrawn", "pending"]
    with pytest.raises(actions.AlreadyDecided):
        actions.approve(approval=order.approvals.order_by("pk")[1], by=marketing_manager, at=now, reason="Fine.")
    actions.approve(approval=order.approvals.latest("pk"), by=marketing_manager, at=now, reason="Fine.")
    with pytest.raises(actions.NotToBeChanged, match="approved"):
        amend(order, rep, now, (tactic, contacts[:1]), key=uuid4())
    assert [line.recipients.get().contact for line in order.lines.current()] == [contacts[1]]
    assert all_is_well()


@pytest.mark.parametrize("times", [1, 2])
def test_what_no_rule_asks_about_any_more_begins_at_once(
    place: Place, tactic: Tactic, contacts: list[Contact], rep: User, now: datetime, times: int
) -> None:
    ApprovalRule.objects.create(
        name="All", position=1, least_amount=100, approver_role=ApprovalRule.Role.MARKETING_MANAGER
    )
    order = place((tactic, contacts))
    assert Task.objects.get().state == Task.State.HELD
    for _ in range(times):
        amend(order, rep, now, (tactic, contacts[:1]))
    assert Task.objects.get(line__amended_at=None).state == Task.State.TO_DO
    assert order.approvals.get().state == Approval.State.WITHDRAWN
    told = OutboxMessage.objects.filter(topic="approval.withdrawn")
    assert told.count() == 1
    assert all_is_well()


def test_what_is_refused_leaves_all_as_it_was(
    order: Order, rep: User, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope,
    now: datetime,
) -> None:  # fmt: skip
    Envelope.objects.update(total_amount=Decimal("155.00"))
    before = list(OrderLine.objects.values("pk", "state", "amended_at"))
    with pytest.raises(Refused, match="more than is left"):
        amend(order, rep, now, (tactic, contacts), (stocked_tactic, contacts))
    assert list(OrderLine.objects.values("pk", "state", "amended_at")) == before
    assert order.approvals.get().state == Approval.State.CHANGES
    assert all_is_well()


def test_only_whoever_placed_it_changes_it_while_they_work_here(
    order: Order,
    rep: User,
    other_rep: User,
    sales_manager: User,
    tactic: Tactic,
    contacts: list[Contact],
    now: datetime,
) -> None:
    for user in (sales_manager, other_rep):
        with pytest.raises(NotAllowed):
            amend(order, user, now, (tactic, contacts[:1]))
    User.objects.filter(pk=rep.pk).update(is_active=False)
    amend(order, sales_manager, now, (tactic, contacts[:1]))
    assert order.approvals.order_by("-pk").first().asked_by == sales_manager  # type: ignore[union-attr]


def test_a_line_that_was_cancelled_meanwhile_may_come_back(
    order: Order, rep: User, tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    actions.cancel_line(line=order.lines.get(tactic=tactic), by=rep, at=now)
    amend(order, rep, now, (tactic, contacts[:1]))
    assert order.lines.current().get().tactic == tactic
    assert all_is_well()


def test_an_order_of_which_nothing_is_left_cannot_be_changed(
    order: Order, rep: User, tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    for line in order.lines.all():
        actions.cancel_line(line=line, by=rep, at=now)
    with pytest.raises(actions.NotToBeChanged, match="Nothing of"):
        amend(order, rep, now, (tactic, contacts[:1]))


def test_the_menu_for_it_has_what_the_order_holds_and_nothing_of_that_stays(
    order: Order, account: Account, rep: User, tactic: Tactic, now: datetime
) -> None:
    with actions.given_back(order, by=rep, at=now):
        free = menu_for(account, by=rep, at=now)
    held = menu_for(account, by=rep, at=now)
    for menu, left in ((free, 1), (held, 0)):
        assert [offer.quota_left for offer in menu.offers if offer.tactic == tactic] == [left]
    assert (free.free_amount, held.free_amount) == (Decimal("500.00"), Decimal("345.00"))
    assert all_is_well()
