"""Ticked boxes become an order, tasks, reserved money and stock, all at once or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from abmhub.accounts.models import Account, Standing
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.committee.models import Contact
from abmhub.core.models import OutboxMessage
from abmhub.core.refusals import Refused
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders import menu as menu_module
from abmhub.orders.models import Order, OrderLine, Task, TaskStep
from abmhub.users.models import User
from tests.orders.conftest import Place


def nothing_happened(envelope: Envelope, *tactics: Tactic) -> bool:
    envelope.refresh_from_db()
    for tactic in tactics:
        tactic.refresh_from_db()
    left = (Order, OrderLine, Task, TaskStep, LedgerEntry, OutboxMessage)
    return (
        not any(model.objects.exists() for model in left)
        and envelope.reserved_amount == 0
        and not any(tactic.stock_reserved for tactic in tactics)
    )


def test_everything_is_written_at_once(
    place: Place, account: Account, rep: User, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact],
    envelope: Envelope, now: datetime,
) -> None:  # fmt: skip
    order = place((tactic, contacts[:1]), (stocked_tactic, contacts), note="  Before the trade fair ")
    assert (order.account, order.tier_id, order.envelope, order.placed_by) == (account, 1, envelope, rep)
    assert (order.placed_at, order.total_amount, order.currency) == (now, Decimal("115.00"), "USD")
    assert order.note == "Before the trade fair"
    letter, popcorn = order.lines.order_by("pk")
    assert (letter.tactic, letter.quantity, letter.line_cost, letter.takes_stock) == (
        tactic, 1, Decimal("40.00"), False,
    )  # fmt: skip
    assert (popcorn.tactic, popcorn.quantity, popcorn.line_cost, popcorn.takes_stock) == (
        stocked_tactic, 3, Decimal("75.00"), True,
    )  # fmt: skip
    assert letter.state == popcorn.state == OrderLine.State.ORDERED
    assert {recipient.contact for recipient in popcorn.recipients.all()} == set(contacts)
    envelope.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (envelope.reserved_amount, stocked_tactic.stock_reserved) == (Decimal("115.00"), 3)
    booked = LedgerEntry.objects.order_by("pk").values_list("reference", "kind", "amount", "by", "at")
    assert list(booked) == [
        (letter.reference, "reserve", Decimal("40.00"), rep.pk, now),
        (popcorn.reference, "reserve", Decimal("75.00"), rep.pk, now),
    ]
    assert books.errors() == []


def test_each_line_becomes_a_task_with_the_steps_of_the_recipe(order: Order, task: Task) -> None:
    """Ordered on Wednesday 4 March: steps after one and four working days, delivery after five."""
    assert (task.name, task.state, task.assignee) == ("Handwritten letter for Acme Robotics", "to_do", None)
    assert task.due_on == order.lines.get().promised_on == date(2026, 3, 11)
    assert list(task.steps.order_by("position").values_list("position", "name", "due_on", "done_at")) == [
        (1, "Write the card", date(2026, 3, 5), None),
        (2, "Hand to the courier", date(2026, 3, 10), None),
    ]
    assert task.announced_at is None


@pytest.mark.parametrize(
    ("at", "promised_on", "first_step_on"),
    [
        (datetime(2026, 3, 4, 13, 59, tzinfo=UTC), date(2026, 3, 11), date(2026, 3, 5)),
        (datetime(2026, 3, 4, 14, 0, tzinfo=UTC), date(2026, 3, 12), date(2026, 3, 6)),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), date(2026, 3, 16), date(2026, 3, 10)),
    ],
    ids=["before the cut-off", "at the cut-off", "on a Saturday"],
)
def test_the_promise_counts_working_days_from_when_work_begins(
    place: Place, tactic: Tactic, contacts: list[Contact], at: datetime, promised_on: date, first_step_on: date
) -> None:
    task = Task.objects.get(line__order=place((tactic, contacts[:1]), at=at))
    assert (task.due_on, task.steps.get(position=1).due_on) == (promised_on, first_step_on)


def test_a_step_is_never_due_after_the_promise(place: Place, tactic: Tactic, contacts: list[Contact]) -> None:
    tactic.recipe.filter(position=2).update(offset_days=30)
    task = Task.objects.get(line__order=place((tactic, contacts[:1])))
    assert task.steps.get(position=2).due_on == task.due_on


def test_the_world_is_told_in_the_same_transaction(order: Order, now: datetime) -> None:
    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload) == ("order.placed", {"order": order.pk})
    assert (message.created_at, message.delivered_at) == (now, None)


def test_prices_are_those_of_the_moment(order: Order, tactic: Tactic) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=Decimal("99.00"))
    assert order.lines.get().unit_cost == Decimal("40.00")


def test_the_same_key_and_wish_is_the_same_order(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    """Also when boxes and people come in another sequence, and when the menu has closed since."""
    key = uuid4()
    first = place((tactic, contacts[:1]), (stocked_tactic, contacts), key=key)
    MenuItem.objects.all().delete()
    assert place((stocked_tactic, contacts[::-1]), (tactic, contacts[:1]), key=key) == first
    envelope.refresh_from_db()
    assert (Order.objects.count(), envelope.reserved_amount) == (1, Decimal("115.00"))


def test_the_same_key_with_another_wish_is_refused(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], rep: User, sales_manager: User
) -> None:
    key = uuid4()
    first = place((tactic, contacts[:1]), key=key)
    for boxes, fields in (
        ([(tactic, contacts[:2])], {}),
        ([(stocked_tactic, contacts[:1])], {}),
        ([(tactic, contacts[:1]), (stocked_tactic, contacts[:1])], {}),
        ([(tactic, contacts[:1])], {"note": "Another note"}),
        ([(tactic, contacts[:1])], {"by": sales_manager}),
    ):
        with pytest.raises(actions.KeyReused, match=first.number):
            place(*boxes, key=key, **fields)
    assert Order.objects.count() == 1


def test_the_tier_is_the_one_at_the_commit(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    """The page was open while the night took the account out of its tier."""
    assert account.standing.tier_id == 1
    Standing.objects.filter(account=account).update(tier=None)
    with pytest.raises(actions.NotOrderable, match="in no tier"):
        place((tactic, contacts[:1]))
    assert nothing_happened(envelope)


def test_a_ruled_out_account_gets_nothing(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    Standing.objects.filter(account=account).update(disqualified_by="a competitor")
    with pytest.raises(actions.NotOrderable, match="rules this account out"):
        place((tactic, contacts[:1]))
    assert nothing_happened(envelope)


def test_one_bad_line_refuses_the_whole(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=0)
    with pytest.raises(actions.NotOrderable, match=r"Popcorn box: Out of stock\.") as refused:
        place((tactic, contacts[:1]), (stocked_tactic, contacts[:1]))
    assert refused.value.problems == {stocked_tactic.pk: "Out of stock."}
    Tactic.objects.filter(pk=tactic.pk).update(archived_at=datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(actions.NotOrderable, match="2 of the ticked tactics") as refused:
        place((tactic, contacts[:1]), (stocked_tactic, contacts[:1]))
    assert set(refused.value.problems) == {tactic.pk, stocked_tactic.pk}
    assert nothing_happened(envelope, tactic, stocked_tactic)


def test_an_empty_order_is_refused(place: Place, envelope: Envelope) -> None:
    with pytest.raises(actions.NotOrderable, match="Tick at least one"):
        place()
    assert nothing_happened(envelope)


def test_more_than_the_envelope_holds_is_refused_with_the_difference(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    Envelope.objects.update(total_amount=Decimal("114.99"))
    with pytest.raises(actions.NotOrderable, match=r"\$0\.01 more than is left"):
        place((tactic, contacts[:1]), (stocked_tactic, contacts))
    assert nothing_happened(envelope, stocked_tactic)


def test_what_is_taken_between_the_check_and_the_commit_is_still_not_oversold(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A rival takes the money, then the pieces, right after the menu was read."""

    def then(**rival: object) -> None:
        def menu_for(*args: object, **kwargs: object) -> object:
            menu = menu_module.menu_for(*args, **kwargs)  # type: ignore[arg-type]
            if "total_amount" in rival:
                Envelope.objects.update(**rival)
            else:
                Tactic.objects.filter(pk=stocked_tactic.pk).update(**rival)
            return menu

        monkeypatch.setattr("abmhub.orders.actions.placing.menu_for", menu_for)

    then(total_amount=Decimal("39.99"))
    with pytest.raises(Refused, match=r"\$40 is needed, and \$39\.99 is left"):
        place((tactic, contacts[:1]))
    then(stock_reserved=1)
    with pytest.raises(Refused, match="Popcorn box: 3 asked for, 2 left") as refused:
        place((tactic, contacts[:1]), (stocked_tactic, contacts))
    assert list(refused.value.problems) == [stocked_tactic.pk]
    assert nothing_happened(envelope, tactic, stocked_tactic)


@pytest.mark.parametrize("who", ["marketer", "marketing_manager", "analyst"])
def test_only_sales_and_administrators_order(
    request: pytest.FixtureRequest, place: Place, tactic: Tactic, contacts: list[Contact], envelope: Envelope, who: str
) -> None:
    with pytest.raises(actions.NotAllowed, match="Only sales and administrators can order"):
        place((tactic, contacts[:1]), by=request.getfixturevalue(who))
    assert nothing_happened(envelope)


def test_nobody_orders_for_an_account_they_do_not_see(
    place: Place, tactic: Tactic, contacts: list[Contact], other_rep: User, sales_manager: User, admin: User
) -> None:
    with pytest.raises(actions.NotAllowed, match="not yours"):
        place((tactic, contacts[:1]), by=other_rep)
    assert place((tactic, contacts[:1]), by=sales_manager).placed_by == sales_manager
    assert place((tactic, contacts[:1]), by=admin).placed_by == admin


def test_texts_that_are_too_long_are_refused_by_name(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    with pytest.raises(actions.TooLong, match="The note may have 500 characters; this one has 501"):
        place((tactic, contacts[:1]), note="x" * 501)
    line = actions.LineRequest(tactic.pk, [contacts[0].pk], goal="x" * 201)
    with pytest.raises(actions.TooLong, match="A goal may have 200"):
        place(lines=[line])
    assert nothing_happened(envelope)


def test_a_very_long_name_still_makes_a_task(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact]
) -> None:
    account.name = "A" * 200
    task = Task.objects.get(line__order=place((tactic, contacts[:1])))
    assert len(task.name) == 150
    assert task.name.endswith("…")


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"quantity": 0}, "order_line_has_recipients"),
        ({"state": "delivered"}, "order_line_ends_one_way"),
        ({"state": "cancelled"}, "order_line_ends_one_way"),
        ({"cancelled_at": datetime(2026, 3, 4, tzinfo=UTC)}, "order_line_ends_one_way"),
        ({"actual_cost": Decimal(1)}, "order_line_ends_one_way"),
    ],
)
def test_the_database_is_the_second_wall(order: Order, change: dict[str, object], wall: str) -> None:
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        order.lines.update(**change)


def test_a_tactic_is_on_an_order_once(order: Order) -> None:
    line = order.lines.get()
    line.pk = None
    with pytest.raises(IntegrityError, match="order_line_tactic_once"), transaction.atomic():
        line.save()


def seen(tactic: Tactic, contacts: list[Contact], cost: str | None) -> list[actions.LineRequest]:
    return [actions.LineRequest(tactic.pk, [contacts[0].pk], seen_cost=Decimal(cost) if cost else None)]


def test_nobody_orders_at_a_price_they_did_not_see(
    place: Place, tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=Decimal("45.00"))
    with pytest.raises(actions.MenuChanged, match=r"costs \$45 now, not \$40.*Nothing was ordered") as refused:
        place(lines=seen(tactic, contacts, "40.00"))
    assert refused.value.problems == {tactic.pk: "Handwritten letter costs $45 now, not $40."}
    assert nothing_happened(envelope, tactic)
    assert place(lines=seen(tactic, contacts, "45.00")).total_amount == Decimal("45.00")


def test_a_door_that_shows_no_price_orders_at_the_price_of_the_moment(
    place: Place, tactic: Tactic, contacts: list[Contact]
) -> None:
    assert place(lines=seen(tactic, contacts, None)).total_amount == Decimal("40.00")


@pytest.mark.parametrize(("level", "words"), [(2, "Tier 2 now, and was in Tier 1"), (None, "no tier now")])
def test_nobody_orders_from_the_menu_of_another_tier(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact], envelope: Envelope, level: int | None,
    words: str,
) -> None:  # fmt: skip
    Standing.objects.filter(account=account).update(tier=level)
    with pytest.raises(actions.MenuChanged, match=words):
        place(lines=seen(tactic, contacts, "40.00"), seen_tier=1)
    assert nothing_happened(envelope, tactic)


def test_a_retry_of_an_order_that_was_placed_is_that_order_whatever_changed_since(
    place: Place, account: Account, tactic: Tactic, contacts: list[Contact]
) -> None:
    key = uuid4()
    first = place(lines=seen(tactic, contacts, "40.00"), key=key, seen_tier=1)
    Tactic.objects.filter(pk=tactic.pk).update(unit_cost=Decimal("45.00"))
    Standing.objects.filter(account=account).update(tier=2)
    assert place(lines=seen(tactic, contacts, "45.00"), key=key, seen_tier=2) == first


def test_a_line_keeps_the_version_that_was_ordered(order: Order, tactic: Tactic) -> None:
    line = order.lines.get()
    assert line.tactic_version is not None
    assert (line.tactic_version.tactic, line.tactic_version.unit_cost) == (tactic, Decimal("40.00"))
    assert line.starts_on == date(2026, 3, 4)
