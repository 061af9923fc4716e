"""A delivery spends the money, marks the timeline, and starts the follow-up clock; a cancellation undoes the order."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from abmhub.budgets import books as budget_books
from abmhub.budgets.actions import Overdrawn
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.campaigns.models import Touch
from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.menus.models import Tactic
from abmhub.orders import actions, books
from abmhub.orders.models import FollowUp, Order, OrderLine, Task
from abmhub.users.models import User
from tests.orders.conftest import Place


def money(envelope: Envelope) -> str:
    """Reserved, spent, free."""
    envelope.refresh_from_db()
    return f"{envelope.reserved_amount} {envelope.spent_amount} {envelope.free_amount}"


@pytest.fixture
def popcorn(place: Place, stocked_tactic: Tactic, contacts: list[Contact], marketer: User, now: datetime) -> Task:
    """A claimed task: two of the three boxes in the store, 50.00, for Dana and Ivo."""
    order = place((stocked_tactic, contacts[:2]))
    return actions.claim_task(task=Task.objects.get(line__order=order), by=marketer, at=now)


def deliver(task: Task, by: User, at: datetime, **change: object) -> Task:
    return actions.deliver(**{"task": task, "by": by, "at": at, "note": "Handed over.", **change})  # type: ignore[arg-type]


def test_task_and_line_are_done_and_the_money_is_spent(
    popcorn: Task, envelope: Envelope, marketer: User, now: datetime
) -> None:
    assert money(envelope) == "50.00 0.00 450.00"
    done = deliver(popcorn, marketer, now)
    assert (done.state, done.finished_at) == ("done", now)
    line = OrderLine.objects.get(pk=popcorn.line_id)
    assert (line.state, line.delivered_at, line.actual_cost, line.delivery_note) == (
        "delivered", now, Decimal("50.00"), "Handed over.",
    )  # fmt: skip
    assert money(envelope) == "0.00 50.00 450.00"
    entry = LedgerEntry.objects.get(kind="spend")
    assert (entry.reference, entry.amount, entry.reserved_amount, entry.by, entry.at) == (
        line.reference, Decimal("50.00"), Decimal("50.00"), marketer, now,
    )  # fmt: skip
    assert budget_books.errors() + books.errors() == []


def test_the_pieces_have_left_the_store(popcorn: Task, stocked_tactic: Tactic, marketer: User, now: datetime) -> None:
    deliver(popcorn, marketer, now)
    stocked_tactic.refresh_from_db()
    assert (stocked_tactic.stock_on_hand, stocked_tactic.stock_reserved) == (1, 0)


@pytest.mark.parametrize(
    ("actual", "after"),
    [("30.00", "0.00 30.00 470.00"), ("0", "0.00 0.00 500.00"), ("60.004", "0.00 60.00 440.00")],
)
def test_the_actual_cost_is_what_is_spent(
    popcorn: Task, envelope: Envelope, marketer: User, now: datetime, actual: str, after: str
) -> None:
    deliver(popcorn, marketer, now, actual_cost=Decimal(actual))
    assert money(envelope) == after
    assert budget_books.errors() + books.errors() == []


def test_a_cost_that_does_not_fit_is_refused_and_nothing_happened(
    popcorn: Task, envelope: Envelope, stocked_tactic: Tactic, marketer: User, now: datetime
) -> None:
    Envelope.objects.update(total_amount=Decimal("55.00"))
    with pytest.raises(Overdrawn, match=r"It cost \$5\.01 more than was reserved, and \$5 is left"):
        deliver(popcorn, marketer, now, actual_cost=Decimal("55.01"))
    popcorn.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (popcorn.state, stocked_tactic.stock_on_hand, money(envelope)) == ("in_progress", 3, "50.00 0.00 5.00")
    assert not Touch.objects.exists()
    assert not FollowUp.objects.exists()
    deliver(popcorn, marketer, now, actual_cost=Decimal("55.00"))
    assert money(envelope) == "0.00 55.00 0.00"


def test_every_recipient_has_a_touch_on_the_timeline(
    popcorn: Task, contacts: list[Contact], marketer: User, now: datetime
) -> None:
    deliver(popcorn, marketer, now, note="x" * 500)
    touches = Touch.objects.order_by("contact__name")
    assert [touch.contact for touch in touches] == contacts[:2]
    for touch in touches:
        assert (touch.account, touch.channel, touch.occurred_at) == (
            contacts[0].account,
            popcorn.line.tactic.channel,
            now,
        )
        assert touch.summary.startswith("Popcorn box: xxx")
        assert len(touch.summary) == 300


def test_sales_owes_a_follow_up_within_the_agreed_hours(
    popcorn: Task, marketer: User, rep: User, now: datetime
) -> None:
    deliver(popcorn, marketer, now)
    owed = FollowUp.objects.get()
    assert (owed.owner, owed.line_id, owed.done_at) == (rep, popcorn.line_id, None)
    assert owed.due_at == now + timedelta(hours=actions.FOLLOW_UP_HOURS)
    assert list(FollowUp.objects.missed(owed.due_at)) == []
    assert list(FollowUp.objects.missed(owed.due_at + timedelta(seconds=1))) == [owed]


def test_a_leavers_follow_up_goes_to_the_owner_of_the_account(
    place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, admin: User, sales_manager: User,
    rep: User, now: datetime,
) -> None:  # fmt: skip
    owners = []
    for by in (admin, sales_manager, sales_manager):
        order = place((tactic, contacts[:1]), by=by)
        task = actions.claim_task(task=Task.objects.get(line__order=order), by=marketer, at=now)
        deliver(task, marketer, now)
        owners.append(FollowUp.objects.get(line__order=order).owner)
        User.objects.filter(pk=sales_manager.pk).update(is_active=len(owners) < 2)
    assert owners == [rep, sales_manager, rep]


def test_the_rep_is_told_once(popcorn: Task, marketer: User, now: datetime) -> None:
    deliver(popcorn, marketer, now)
    message = OutboxMessage.objects.get(topic="line.delivered")
    assert message.payload == {"line": popcorn.line_id, "by": marketer.pk}


def test_the_same_delivery_again_changes_nothing(
    popcorn: Task, envelope: Envelope, marketer: User, now: datetime
) -> None:
    deliver(popcorn, marketer, now)
    again = deliver(popcorn, marketer, now + timedelta(minutes=1), note="Handed over. ")
    assert again.finished_at == now
    assert (money(envelope), Touch.objects.count()) == ("0.00 50.00 450.00", 2)
    with pytest.raises(actions.WrongState, match="done already"):
        deliver(popcorn, marketer, now, note="Something else.")
    with pytest.raises(actions.WrongState, match="done already"):
        deliver(popcorn, marketer, now, actual_cost=Decimal(1))


def test_a_delivery_says_what_was_delivered(popcorn: Task, marketer: User, now: datetime) -> None:
    with pytest.raises(actions.DeliveryIncomplete, match="Say in a sentence"):
        deliver(popcorn, marketer, now, note="  ")
    with pytest.raises(actions.DeliveryIncomplete, match="below zero"):
        deliver(popcorn, marketer, now, actual_cost=Decimal("-0.01"))
    with pytest.raises(actions.TooLong):
        deliver(popcorn, marketer, now, note="x" * 501)


def test_the_order_tells_its_lines_apart(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope,
    marketer: User, rep: User, now: datetime,
) -> None:  # fmt: skip
    """One line delivered, one cancelled, and the books balance."""
    order = place((tactic, contacts[:1]), (stocked_tactic, contacts))
    letter, popcorn = order.lines.order_by("pk")
    actions.cancel_line(line=popcorn, by=rep, at=now)
    deliver(actions.claim_task(task=letter.task, by=marketer, at=now), marketer, now)
    assert money(envelope) == "0.00 40.00 460.00"
    assert budget_books.errors() + books.errors() == []


def test_cancelling_returns_money_and_stock_at_once(
    place: Place, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope, rep: User, now: datetime
) -> None:
    line = place((stocked_tactic, contacts)).lines.get()
    cancelled = actions.cancel_line(line=line, by=rep, at=now)
    stocked_tactic.refresh_from_db()
    assert (cancelled.state, cancelled.cancelled_at) == ("cancelled", now)
    assert (money(envelope), stocked_tactic.stock_reserved) == ("0.00 0.00 500.00", 0)
    task = Task.objects.get(line=line)
    assert (task.state, task.finished_at) == ("cancelled", now)
    assert OutboxMessage.objects.get(topic="line.cancelled").payload == {"line": line.pk, "by": rep.pk}
    again = actions.cancel_line(line=line, by=rep, at=now + timedelta(minutes=1))
    assert (again.cancelled_at, money(envelope)) == (now, "0.00 0.00 500.00")
    assert books.errors() == []


def test_what_is_in_production_or_delivered_is_not_cancelled(
    popcorn: Task, marketer: User, rep: User, now: datetime, envelope: Envelope
) -> None:
    with pytest.raises(actions.TooLate, match="Mei Chen has started on Popcorn box"):
        actions.cancel_line(line=popcorn.line, by=rep, at=now)
    deliver(popcorn, marketer, now)
    with pytest.raises(actions.TooLate, match="Popcorn box is delivered"):
        actions.cancel_line(line=popcorn.line, by=rep, at=now)
    assert money(envelope) == "0.00 50.00 450.00"


def test_whoever_may_order_for_the_account_may_cancel(
    order: Order, marketer: User, other_rep: User, analyst: User, sales_manager: User, now: datetime
) -> None:
    line = order.lines.get()
    for stranger in (marketer, analyst, other_rep):
        with pytest.raises(actions.NotAllowed):
            actions.cancel_line(line=line, by=stranger, at=now)
    assert actions.cancel_line(line=line, by=sales_manager, at=now).state == "cancelled"


def test_a_follow_up_is_finished_once(
    popcorn: Task, marketer: User, rep: User, other_rep: User, sales_manager: User, now: datetime
) -> None:
    deliver(popcorn, marketer, now)
    owed = FollowUp.objects.get()
    for stranger in (marketer, other_rep):
        with pytest.raises(actions.NotAllowed):
            actions.finish_follow_up(follow_up=owed, by=stranger, at=now, note="")
    with pytest.raises(actions.TooLong):
        actions.finish_follow_up(follow_up=owed, by=rep, at=now, note="x" * 301)
    done = actions.finish_follow_up(follow_up=owed, by=rep, at=now, note=" She loved it. ")
    assert (done.done_at, done.note) == (now, "She loved it.")
    later = actions.finish_follow_up(follow_up=owed, by=sales_manager, at=now + timedelta(days=1), note="Again")
    assert (later.done_at, later.note) == (now, "She loved it.")
    assert list(FollowUp.objects.owed()) == []
