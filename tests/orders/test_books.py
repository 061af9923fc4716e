"""The statements that compare orders with ledger and store: hand-worked tables, and a slow twin."""

import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.committee.models import Contact
from abmhub.core import sql
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders.models import Order, OrderLine, Task, TouchLimit
from abmhub.users.models import User
from tests.orders.conftest import Place


def book(line: OrderLine, kind: str, amount: str, ended: str = "0", envelope: Envelope | None = None) -> None:
    LedgerEntry.objects.create(
        envelope=envelope or line.order.envelope,
        kind=kind,
        amount=Decimal(amount),
        reserved_amount=Decimal(ended),
        reference=line.reference,
        by=line.order.placed_by,
        at=line.order.placed_at,
    )


@pytest.fixture
def lines(order: Order, now: datetime) -> list[OrderLine]:
    """Twelve lines of 40.00, none of them in the ledger: three for each state."""
    bare = []
    for number in range(12):
        state = list(OrderLine.State)[number // 3]
        one = Order.objects.create(
            **{
                **{field: getattr(order, field) for field in ("account", "tier", "envelope", "placed_by", "placed_at")},
                "total_amount": Decimal("40.00"),
                "currency": "USD",
                "idempotency_key": f"00000000-0000-0000-0000-{number:012d}",
                "fingerprint": "",
            }
        )
        done = state == OrderLine.State.DELIVERED
        bare.append(
            OrderLine.objects.create(
                order=one,
                tactic=order.lines.get().tactic,
                quantity=1,
                unit_cost=Decimal("40.00"),
                line_cost=Decimal("40.00"),
                promised_on=now.date(),
                state=state,
                actual_cost=Decimal("35.00") if done else None,
                delivered_at=now if done else None,
                cancelled_at=now if state == OrderLine.State.CANCELLED else None,
            )
        )
    return bare


def unbalanced() -> set[str]:
    return {row["reference"] for row in sql.rows("orders/unbalanced_lines")}


def test_lines_by_hand(lines: list[OrderLine], order: Order) -> None:
    """Of each state: right, wrong amount or kind, missing."""
    ordered, working, delivered, cancelled = (lines[start : start + 3] for start in (0, 3, 6, 9))
    book(ordered[0], "reserve", "40.00")
    book(ordered[1], "reserve", "39.99")
    book(working[0], "reserve", "40.00")
    book(working[1], "reserve", "40.00")
    book(working[1], "spend", "40.00", "40.00")
    book(delivered[0], "reserve", "40.00")
    book(delivered[0], "spend", "35.00", "40.00")
    book(delivered[1], "reserve", "40.00")
    book(delivered[1], "spend", "40.00", "40.00")
    book(cancelled[0], "reserve", "40.00")
    book(cancelled[0], "release", "40.00")
    book(cancelled[1], "reserve", "40.00")
    LedgerEntry.objects.create(
        envelope=order.envelope, kind="reserve", amount=1, reference="order-line-0", by=order.placed_by,
        at=order.placed_at,
    )  # fmt: skip
    wrong = [line.reference for three in (ordered, working, delivered, cancelled) for line in three[1:]]
    assert unbalanced() == {*wrong, "order-line-0"}
    assert f"The ledger does not fit {ordered[1].reference}, which is ordered." in books.errors()
    assert "The ledger does not fit order-line-0, which is in no order." in books.errors()


def test_money_of_another_envelope_does_not_count(lines: list[OrderLine], envelope: Envelope) -> None:
    other = Envelope.objects.create(
        name="Other", tier=envelope.tier, starts_on=envelope.starts_on, ends_on=envelope.ends_on, total_amount=100
    )
    book(lines[0], "reserve", "40.00", envelope=other)
    book(lines[9], "reserve", "40.00")
    book(lines[9], "release", "40.00", envelope=other)
    assert {lines[0].reference, lines[9].reference} <= unbalanced()


def test_totals_by_hand(order: Order) -> None:
    assert sql.rows("orders/unbalanced_totals") == []
    Order.objects.update(total_amount=Decimal("40.01"))
    assert sql.rows("orders/unbalanced_totals") == [
        {"id": order.pk, "total_amount": Decimal("40.01"), "lines_amount": Decimal("40.00")}
    ]
    assert books.errors() == [f"Order {order.pk} has a total of 40.01, its lines come to 40.00."]


def test_stock_by_hand(
    place: Place, stocked_tactic: Tactic, contacts: list[Contact], marketer: User, rep: User, now: datetime
) -> None:
    """Three lines of one piece: delivered, cancelled and waiting leave one piece promised."""
    lines = [place((stocked_tactic, contacts[:1])).lines.get() for _ in range(3)]
    task = actions.claim_task(task=lines[0].task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    actions.cancel_line(line=lines[1], by=rep, at=now)
    assert sql.rows("orders/unbalanced_stock") == []
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_reserved=2)
    assert [tuple(row.values()) for row in sql.rows("orders/unbalanced_stock")] == [
        (stocked_tactic.pk, "Popcorn box", 2, 1)
    ]
    assert books.errors() == ["Popcorn box has 2 pieces promised; unfinished lines wait for 1."]


def twin() -> tuple[set[str], set[int], set[int]]:
    """Follows every line, order and piece by itself: lines, orders and tactics in disagreement."""
    lines, orders, tactics = set(), set(), set()
    for line in OrderLine.objects.select_related("order"):
        expected = Counter([("reserve", line.line_cost, Decimal(0))])
        rest = line.line_cost - line.returned_cost
        if line.returned_cost:
            pieces = int(line.returned_cost / line.unit_cost)
            expected[("release", line.unit_cost, Decimal(0))] += pieces
        if line.state == OrderLine.State.CANCELLED:
            expected[("release", rest, Decimal(0))] += 1
        if line.state == OrderLine.State.DELIVERED and line.actual_cost is not None:
            expected[("spend", line.actual_cost, rest)] += 1
        own = Q(reference=line.reference) | Q(reference__startswith=f"{line.reference}/")
        entries = LedgerEntry.objects.filter(own, envelope=line.order.envelope)
        if Counter((entry.kind, entry.amount, entry.reserved_amount) for entry in entries) != expected:
            lines.add(line.reference)
    for order in Order.objects.all():
        if sum(line.line_cost for line in order.lines.all()) != order.total_amount:
            orders.add(order.pk)
    for tactic in Tactic.objects.all():
        waiting = [
            line.quantity - line.returned_pieces
            for line in tactic.order_lines.all()
            if line.takes_stock and line.state in (OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)
        ]
        if sum(waiting) != tactic.stock_reserved:
            tactics.add(tactic.pk)
    return lines, orders, tactics


@pytest.mark.parametrize("seed", range(3))
def test_a_random_history_balances_and_a_corrupted_one_is_found_out(
    seed: int, place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope,
    marketer: User, rep: User, now: datetime,
) -> None:  # fmt: skip
    dice = random.Random(seed)
    Envelope.objects.update(total_amount=Decimal(100_000))
    MenuItem.objects.update(quota=100)
    TouchLimit.objects.all().delete()
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=100)
    at = now
    for _ in range(15):
        at += timedelta(hours=dice.randrange(12))
        boxes = dice.sample([tactic, stocked_tactic], dice.choice([1, 2]))
        order = place(*((box, dice.sample(contacts, dice.randrange(1, 4))) for box in boxes), at=at)
        for task in Task.objects.filter(line__order=order):
            what = dice.choice(["leave", "claim", "deliver", "cancel"])
            if what == "cancel":
                actions.cancel_line(line=task.line, by=rep, at=at)
            elif what in ("claim", "deliver"):
                actions.claim_task(task=task, by=marketer, at=at)
            if what == "deliver":
                cost = Decimal(dice.randrange(20_000)) / 100
                actions.deliver(task=task, by=marketer, at=at, note="Done.", actual_cost=cost)
    Contact.objects.filter(pk=contacts[seed].pk).update(opted_out_at=at)
    assert actions.strike_recipients(at=at)
    assert OrderLine.objects.exclude(returned_pieces=0).exists()
    assert budget_books.errors() + books.errors() == []
    assert twin() == (set(), set(), set())

    for line in dice.sample(list(OrderLine.objects.all()), 4):
        change = dice.choice(["line_cost", "quantity"])
        OrderLine.objects.filter(pk=line.pk).update(**{change: getattr(line, change) + 1})
    found = (
        {row["reference"] for row in sql.rows("orders/unbalanced_lines")},
        {row["id"] for row in sql.rows("orders/unbalanced_totals")},
        {row["id"] for row in sql.rows("orders/unbalanced_stock")},
    )
    assert found == twin()
    assert found != (set(), set(), set()) or seed
