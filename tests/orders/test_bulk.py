"""One wish for many accounts: what each can have, one order each, and never twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core.models import OutboxMessage
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders.actions import bulk as bulk_actions
from abmhub.orders.actions import placing
from abmhub.orders.bulk import BulkPlan, BulkWish, plan_for
from abmhub.orders.models import BulkOrder, BulkOrderRow, Order, TouchLimit
from abmhub.users.models import User
from tests.at_once import at_once

State = BulkOrderRow.State


def people_of(accounts: list[Account]) -> list[Contact]:
    """At each account a decision maker and an influencer."""
    roles = [BuyingRole.objects.get(code=code) for code in ("influencer", "decision_maker")]
    return Contact.objects.bulk_create(
        Contact(account=account, name=f"{role} {account}", email=f"{role.code}@{account.pk}.example", buying_role=role)
        for account in accounts
        for role in roles
    )


@pytest.fixture
@transaction.atomic
def accounts(envelope: Envelope, rep: User, tier1: Tier) -> list[Account]:
    """Six of the rep in Tier 1, with two people each."""
    made = Account.objects.bulk_create(
        Account(name=f"Account {number}", normalized_name=f"account {number}", owner=rep) for number in range(6)
    )
    Standing.objects.bulk_create(Standing(account=account, tier=tier1, fit=90) for account in made)
    people_of(made)
    return made


@pytest.fixture
def wish(tactic: Tactic) -> BulkWish:
    """A letter to a decision maker."""
    role = BuyingRole.objects.get(code="decision_maker")
    return BulkWish((tactic.pk,), roles=frozenset({role.pk}), goal="A first meeting")


@pytest.fixture
def plan(accounts: list[Account], wish: BulkWish, rep: User, now: datetime) -> Callable[..., BulkPlan]:
    def plan(**change: object) -> BulkPlan:
        return plan_for([account.pk for account in accounts], replace(wish, **change), by=rep, at=now)  # type: ignore[arg-type]

    return plan


@pytest.fixture
def confirm(
    accounts: list[Account], wish: BulkWish, plan: Callable[..., BulkPlan], rep: User, now: datetime
) -> Callable[..., BulkOrder]:
    def confirm(**change: object) -> BulkOrder:
        wished = {
            "accounts": [account.pk for account in accounts], "wish": wish, "seen": plan().fingerprint, "by": rep,
            "at": now, "idempotency_key": uuid4(),
        }  # fmt: skip
        return actions.confirm_bulk(**wished | change)  # type: ignore[arg-type]

    return confirm


def states(bulk: BulkOrder) -> list[str]:
    return list(bulk.rows.order_by("pk").values_list("state", flat=True))


def test_each_account_gets_it_for_whom_the_rule_finds(plan: Callable[..., BulkPlan], envelope: Envelope) -> None:
    planned = plan()
    assert [line.contacts[0].name for row in planned.rows for line in row.lines] == [
        f"Decision maker Account {number}" for number in range(6)
    ]
    assert (planned.total, planned.pieces) == (Decimal(240), 6)
    assert [(draw.envelope, draw.amount) for draw in planned.draws] == [(envelope, Decimal(240))]


def test_without_a_rule_those_are_taken_whom_a_tactic_suits(plan: Callable[..., BulkPlan], tactic: Tactic) -> None:
    def chosen() -> set[str]:
        return {line.contacts[0].name.split()[0] for row in plan(roles=frozenset()).rows for line in row.lines}

    assert len(chosen()) == 1
    for code, name in (("decision_maker", "Decision"), ("influencer", "Influencer")):
        tactic.suits_roles.set([BuyingRole.objects.get(code=code)])
        assert chosen() == {name}


def test_more_people_are_taken_where_there_are_more(plan: Callable[..., BulkPlan]) -> None:
    assert plan(roles=frozenset(), people=5).pieces == 12


def test_what_an_account_cannot_have_is_said_with_the_reason(
    plan: Callable[..., BulkPlan], accounts: list[Account], tactic: Tactic, stocked_tactic: Tactic, now: datetime
) -> None:
    """Four boxes and three in the store; one account without a tier, one whose decision maker opted out."""
    Standing.objects.filter(account=accounts[0]).update(tier=None)
    Contact.objects.filter(account=accounts[1], name__startswith="Decision").update(opted_out_at=now)
    Contact.objects.filter(account=accounts[2]).delete()
    rows = plan(tactic_ids=(tactic.pk, stocked_tactic.pk)).rows
    assert rows[0].problem.startswith("This account is in no tier")
    assert [str(each) for each in rows[1].left_out] == [
        "Handwritten letter: It takes 1 person, and nobody of those found can be chosen.",
        "Popcorn box: It takes 1 person, and nobody of those found can be chosen.",
    ]
    assert rows[2].left_out[0].problem == "Nobody here can be reached."
    assert [len(row.lines) for row in rows] == [0, 0, 0, 2, 2, 2]
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=2)
    [*_, last] = plan(tactic_ids=(tactic.pk, stocked_tactic.pk)).rows
    assert [line.offer and line.offer.tactic for line in last.lines] == [tactic]
    assert str(last.left_out[0]) == "Popcorn box: 1 needed, 0 left in the store after the accounts before it."


def test_when_the_money_does_not_last_the_first_accounts_get_it(plan: Callable[..., BulkPlan]) -> None:
    Envelope.objects.update(total_amount=Decimal(100))
    planned = plan()
    assert [bool(row.lines) for row in planned.rows] == [True, True, False, False, False, False]
    assert planned.rows[2].problem == ("$40 needed, $20 left in Tier 1, East, 2026 after the accounts before it.")
    assert planned.total == Decimal(80)


def test_nobody_is_touched_too_often_by_one_wish(
    plan: Callable[..., BulkPlan], tactic: Tactic, stocked_tactic: Tactic
) -> None:
    TouchLimit.objects.update(touches=1)
    rows = plan(tactic_ids=(tactic.pk, stocked_tactic.pk)).rows
    assert all([line.offer and line.offer.tactic for line in row.lines] == [tactic] for row in rows)


def test_it_takes_as_many_queries_for_six_as_for_two(
    accounts: list[Account], wish: BulkWish, rep: User, now: datetime
) -> None:
    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            plan_for([account.pk for account in accounts[:number]], wish, by=rep, at=now)
        return len(captured)

    queries(1)
    assert queries(2) == queries(6)


def test_a_row_for_each_account_becomes_an_order_each(confirm: Callable[..., BulkOrder], now: datetime) -> None:
    bulk = confirm()
    assert not Order.objects.exists()
    assert actions.place_rows(at=now) == 6
    assert states(bulk) == [State.ORDERED] * 6
    assert Order.objects.count() == 6
    assert Order.objects.filter(lines__goal="A first meeting").count() == 6
    bulk.refresh_from_db()
    assert bulk.finished_at == now
    assert OutboxMessage.objects.get(topic="bulk.finished").payload == {"bulk": bulk.pk}
    assert actions.place_rows(at=now) == 0
    assert budget_books.errors() + books.errors() == []


def test_partial_success_is_stated_row_by_row(
    confirm: Callable[..., BulkOrder], accounts: list[Account], now: datetime
) -> None:
    """Between looking and ordering an account leaves its tier, and a person opts out."""
    bulk = confirm()
    Standing.objects.filter(account=accounts[1]).update(tier=None)
    Contact.objects.filter(account=accounts[2]).update(opted_out_at=now)
    actions.place_rows(at=now)
    assert states(bulk) == ["ordered", "refused", "refused", "ordered", "ordered", "ordered"]
    refusals = list(bulk.rows.filter(state=State.REFUSED).order_by("pk").values_list("refusal", flat=True))
    assert refusals[0].startswith("The menu changed: Account 1 is in no tier now")
    assert refusals[1] == "Handwritten letter: Nobody here can be reached."


def test_what_changed_since_it_was_looked_at_is_not_ordered(confirm: Callable[..., BulkOrder]) -> None:
    bulk_before = BulkOrder.objects.count()
    with pytest.raises(actions.MenuChanged, match="Something changed since you looked"):
        confirm(seen="another plan")
    assert BulkOrder.objects.count() == bulk_before


def test_the_same_key_is_one_bulk_order(
    confirm: Callable[..., BulkOrder], plan: Callable[..., BulkPlan], now: datetime
) -> None:
    """Also after its orders took the money: the second click comes late."""
    key, seen = uuid4(), plan().fingerprint
    first = confirm(idempotency_key=key)
    actions.place_rows(at=now)
    assert confirm(idempotency_key=key, seen=seen) == first
    with pytest.raises(actions.KeyReused):
        confirm(idempotency_key=key, seen="another plan")


def test_nothing_for_nobody_is_no_order(confirm: Callable[..., BulkOrder], accounts: list[Account]) -> None:
    Standing.objects.filter(account__in=accounts).update(tier=None)
    with pytest.raises(actions.NotOrderable, match="None of these accounts"):
        confirm()


def test_accounts_of_others_are_not_ordered_for(
    confirm: Callable[..., BulkOrder], accounts: list[Account], other_account: Account, marketer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with pytest.raises(actions.NotAllowed, match="not yours"):
        confirm(accounts=[accounts[0].pk, other_account.pk])
    with pytest.raises(actions.NotAllowed):
        confirm(by=marketer)
    monkeypatch.setattr(bulk_actions, "MOST_ACCOUNTS", 5)
    with pytest.raises(actions.TooMany, match="5 accounts at most"):
        confirm()


class Killed(BaseException):
    """What ends a process; nobody catches it."""


def test_after_a_kill_in_the_middle_the_rest_is_ordered_and_nothing_twice(
    confirm: Callable[..., BulkOrder], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk, place, tried = confirm(), placing.place_order, []

    def dying(**wish: object) -> Order:
        order = place(**wish)  # type: ignore[arg-type]
        tried.append(order.pk)
        if len(tried) == 3:
            raise Killed
        return order

    monkeypatch.setattr(bulk_actions, "place_order", dying)
    with pytest.raises(Killed):
        actions.place_rows(at=now)
    assert states(bulk) == [State.ORDERED] * 2 + [State.WAITING] * 4
    assert Order.objects.count() == 2
    monkeypatch.undo()
    actions.place_rows(at=now)
    assert states(bulk) == [State.ORDERED] * 6
    assert Order.objects.count() == 6


def test_control_an_order_outside_of_the_row_is_still_found_by_its_key(
    confirm: Callable[..., BulkOrder], now: datetime
) -> None:
    """Were the row not written together with its order, the key would still keep it from being ordered twice."""
    bulk = confirm()
    actions.place_rows(at=now)
    for key, orders in ((bulk.idempotency_key, 6), (uuid4(), 12)):
        bulk.rows.update(state=State.WAITING, order=None)
        BulkOrder.objects.update(finished_at=None, idempotency_key=key)
        OutboxMessage.objects.filter(topic="bulk.finished").delete()
        actions.place_rows(at=now)
        assert Order.objects.count() == orders


def test_a_fault_at_one_account_does_not_hold_up_the_others(
    confirm: Callable[..., BulkOrder], accounts: list[Account], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk, place = confirm(), placing.place_order

    def failing(**wish: object) -> Order:
        if wish["account"] == accounts[0]:
            raise ZeroDivisionError
        return place(**wish)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk_actions, "place_order", failing)
    actions.place_rows(at=now)
    assert states(bulk) == [State.REFUSED, *[State.ORDERED] * 5]
    assert "ZeroDivisionError" in bulk.rows.order_by("pk")[0].refusal


@pytest.mark.django_db(transaction=True)
def test_four_workers_and_a_double_click_order_once_for_each(
    confirm: Callable[..., BulkOrder], plan: Callable[..., BulkPlan], now: datetime
) -> None:
    key, seen = uuid4(), plan().fingerprint

    def order() -> BulkOrder:
        bulk = confirm(idempotency_key=key, seen=seen)
        actions.place_rows(at=now)
        return bulk

    outcomes = at_once([order] * 4)
    assert {type(outcome) for outcome in outcomes} == {BulkOrder}, outcomes
    assert BulkOrder.objects.count() == 1
    assert states(BulkOrder.objects.get()) == [State.ORDERED] * 6
    assert Order.objects.count() == 6
    assert BulkOrder.objects.get().finished_at == now
    assert budget_books.errors() + books.errors() == []


@pytest.mark.django_db
def test_sales_sees_its_own_and_its_teams(
    confirm: Callable[..., BulkOrder], rep: User, other_rep: User, sales_manager: User, marketer: User
) -> None:
    MenuItem.objects.update(quota=20)
    bulk = confirm()
    seen = {user.name: list(BulkOrder.objects.visible_to(user)) for user in (rep, other_rep, sales_manager, marketer)}
    assert seen == {"Rana Haddad": [bulk], "Oscar Lund": [], "Selma Berg": [bulk], "Mei Chen": [bulk]}
