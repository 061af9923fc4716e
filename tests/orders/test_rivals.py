"""Many at the same moment, on real PostgreSQL; beside each guard a control that goes wrong without it."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.committee.models import Contact
from abmhub.core import sql
from abmhub.core.refusals import Refused
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders import menu as menu_module
from abmhub.orders.actions import LineRequest
from abmhub.orders.models import Order, OrderLine, Task
from abmhub.orders.models.task import TaskQuerySet
from abmhub.users.models import User
from tests.at_once import PATIENCE_SECONDS, at_once, meeting_point
from tests.orders.conftest import Place

pytestmark = pytest.mark.django_db(transaction=True)


def placed(outcomes: list[Order | Exception]) -> list[Order]:
    """The orders among the outcomes; every other outcome must be a refusal with a sentence."""
    assert all(isinstance(outcome, Order | Refused) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Order)]


def without_waiting_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the lock that lets one order at a time pass for an account and for a key."""
    rows = sql.rows

    def without_lock(name: str, /, *parts: Any, **parameters: Any) -> list[dict[str, Any]]:
        return [] if name == "orders/one_at_a_time" else rows(name, *parts, **parameters)

    monkeypatch.setattr("abmhub.orders.actions.placing.sql.rows", without_lock)


def reading_the_menu_together(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    """Make everyone read the menu before anyone writes."""
    together = meeting_point(people)

    def menu_for(*args: Any, **kwargs: Any) -> menu_module.Menu:
        menu = menu_module.menu_for(*args, **kwargs)
        together.wait()
        return menu

    monkeypatch.setattr("abmhub.orders.actions.placing.menu_for", menu_for)


def order_of(account: Account, person: Contact, tactic: Tactic, rep: User, now: datetime) -> Callable[[], Order]:
    line = LineRequest(tactic.pk, [person.pk])
    return lambda: actions.place_order(account=account, by=rep, at=now, lines=[line], idempotency_key=uuid4())


@pytest.fixture
def forty(account: Account, rep: User, tier1: Tier) -> list[Contact]:
    """One person at each of forty accounts of the rep."""
    accounts = Account.objects.bulk_create(
        Account(name=f"Account {number}", normalized_name=f"account {number}", owner=rep) for number in range(40)
    )
    Standing.objects.filter(account__in=accounts).update(tier=tier1, fit=90)
    return Contact.objects.bulk_create(
        Contact(account=account, name="Kim", email=f"kim@{account.pk}.example") for account in accounts
    )


def test_forty_orders_on_an_envelope_for_twelve(
    forty: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime
) -> None:
    """The control is in tests/budgets: without the conditional UPDATE all forty are accepted."""
    Envelope.objects.update(total_amount=Decimal("480.00"))
    outcomes = at_once([order_of(person.account, person, tactic, rep, now) for person in forty])
    assert len(placed(outcomes)) == 12
    envelope.refresh_from_db()
    assert (envelope.reserved_amount, envelope.spent_amount) == (Decimal("480.00"), Decimal(0))
    assert (Order.objects.count(), Task.objects.count(), LedgerEntry.objects.count()) == (12, 12, 12)
    assert budget_books.errors() + books.errors() == []


def test_ten_orders_for_the_last_three_pieces(
    forty: list[Contact], stocked_tactic: Tactic, envelope: Envelope, rep: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """All ten read "3 left"; the control in tests/menus shows what they would do without the guard."""
    reading_the_menu_together(monkeypatch, 10)
    outcomes = at_once([order_of(person.account, person, stocked_tactic, rep, now) for person in forty[:10]])
    assert len(placed(outcomes)) == 3
    stocked_tactic.refresh_from_db()
    assert stocked_tactic.stock_left == 0
    assert budget_books.errors() + books.errors() == []


def test_a_key_that_is_sent_eight_times_is_one_order(
    place: Place, tactic: Tactic, contacts: list[Contact], envelope: Envelope
) -> None:
    key = uuid4()
    outcomes = at_once([lambda: place((tactic, contacts[:1]), key=key)] * 8)
    assert len({order.pk for order in placed(outcomes)}) == 1
    assert len(placed(outcomes)) == 8
    envelope.refresh_from_db()
    assert (Order.objects.count(), envelope.reserved_amount) == (1, Decimal("40.00"))


def test_control_without_the_lock_seven_of_eight_see_an_error(
    place: Place, tactic: Tactic, contacts: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting_in_line(monkeypatch)
    reading_the_menu_together(monkeypatch, 8)
    key = uuid4()
    outcomes = at_once([lambda: place((tactic, contacts[:1]), key=key)] * 8)
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 7
    assert Order.objects.count() == 1


def test_one_key_for_two_accounts_is_one_order_and_one_refusal(
    forty: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime
) -> None:
    key = uuid4()

    def wish(person: Contact) -> Callable[[], Order]:
        line = LineRequest(tactic.pk, [person.pk])
        return lambda: actions.place_order(account=person.account, by=rep, at=now, lines=[line], idempotency_key=key)

    outcomes = at_once([wish(person) for person in forty[:2]])
    assert len(placed(outcomes)) == 1
    assert sum(isinstance(outcome, actions.KeyReused) for outcome in outcomes) == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_two_reps_who_want_the_last_of_a_quota(
    account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch, *, guarded: bool,
) -> None:  # fmt: skip
    """One gets it. The control, without the lock on the account's orders, gives it to both."""
    MenuItem.objects.filter(tactic=tactic).update(quota=1)
    if not guarded:
        without_waiting_in_line(monkeypatch)
        reading_the_menu_together(monkeypatch, 2)
    outcomes = at_once([order_of(account, contacts[0], tactic, rep, now)] * 2)
    assert len(placed(outcomes)) == (1 if guarded else 2)


@pytest.fixture
def six_tasks(forty: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime) -> list[Task]:
    orders = [order_of(person.account, person, tactic, rep, now)() for person in forty[:6]]
    return list(Task.objects.filter(line__order__in=orders))


@pytest.fixture
def thirty_tasks(six_tasks: list[Task], forty: list[Contact], tactic: Tactic, rep: User, now: datetime) -> list[Task]:
    Envelope.objects.update(total_amount=Decimal(10_000))
    orders = [order_of(person.account, person, tactic, rep, now)() for person in forty[6:30]]
    return [*six_tasks, *Task.objects.filter(line__order__in=orders)]


def test_sixteen_who_claim_until_nothing_is_left_get_each_task_once(
    thirty_tasks: list[Task], marketer: User, now: datetime
) -> None:
    def claim_all() -> list[int]:
        claimed = []
        while task := actions.claim_next(by=marketer, at=now):
            claimed.append(task.pk)
        return claimed

    outcomes = at_once([claim_all] * 16)
    claims = Counter(pk for outcome in outcomes if isinstance(outcome, list) for pk in outcome)
    assert claims == Counter(task.pk for task in thirty_tasks)


def test_control_without_the_lock_all_eight_claim_the_same_task(
    six_tasks: list[Task], marketer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = meeting_point(8)
    first = TaskQuerySet.first

    def read_together(self: TaskQuerySet) -> Task | None:
        task = first(self)
        together.wait()
        return task

    monkeypatch.setattr(TaskQuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr(TaskQuerySet, "first", read_together)
    outcomes = at_once([lambda: actions.claim_next(by=marketer, at=now)] * 8)
    assert len({task.pk for task in outcomes if isinstance(task, Task)}) == 1
    assert not any(isinstance(outcome, Exception) for outcome in outcomes)


def ends(line: OrderLine) -> list[str]:
    """How the reservation of a line ended, by the ledger."""
    kinds = LedgerEntry.objects.filter(reference=line.reference).exclude(kind="reserve")
    return list(kinds.values_list("kind", flat=True))


def test_cancelling_and_delivering_at_once_have_one_outcome(
    six_tasks: list[Task], marketer: User, rep: User, now: datetime
) -> None:
    def make(task: Task) -> Task:
        actions.claim_task(task=task, by=marketer, at=now)
        return actions.deliver(task=task, by=marketer, at=now, note="Done.")

    for task in six_tasks:
        cancelled, delivered = at_once(
            [
                lambda line=task.line: actions.cancel_line(line=line, by=rep, at=now),  # type: ignore[misc]
                lambda task=task: make(task),  # type: ignore[misc]
            ]
        )
        assert isinstance(cancelled, OrderLine) != isinstance(delivered, Task)
        assert isinstance(cancelled, OrderLine | actions.TooLate)
        assert isinstance(delivered, Task | actions.WrongState)
        assert ends(task.line) == (["release"] if isinstance(cancelled, OrderLine) else ["spend"])
    assert budget_books.errors() + books.errors() == []


def test_control_without_the_lock_a_line_is_cancelled_and_claimed(
    six_tasks: list[Task], marketer: User, rep: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = meeting_point(2)

    def read_together(task: Task) -> Task:
        task = Task.objects.select_related("line__order__account", "line__order__envelope", "line__tactic").get(
            pk=task.pk
        )
        together.wait()
        return task

    monkeypatch.setattr("abmhub.orders.actions.working.locked", read_together)
    monkeypatch.setattr("abmhub.orders.actions.cancelling.locked", read_together)
    task = six_tasks[0]
    outcomes = at_once(
        [
            lambda: actions.cancel_line(line=task.line, by=rep, at=now),
            lambda: actions.claim_task(task=task, by=marketer, at=now),
        ]
    )
    # Both went ahead, or the second ran into the database's wall: nobody was told what had happened.
    assert all(isinstance(outcome, OrderLine | Task | IntegrityError) for outcome in outcomes)


def test_of_two_deliveries_one_counts(six_tasks: list[Task], marketer: User, now: datetime) -> None:
    task = actions.claim_task(task=six_tasks[0], by=marketer, at=now)
    notes = ["By courier.", "By hand."]
    outcomes = at_once(
        [lambda note=note: actions.deliver(task=task, by=marketer, at=now, note=note) for note in notes]  # type: ignore[misc]
    )
    assert Counter(type(outcome) for outcome in outcomes) == {Task: 1, actions.WrongState: 1}
    assert ends(task.line) == ["spend"]


def test_an_order_waits_for_nobody_who_only_changes_the_account(
    account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope, rep: User, now: datetime
) -> None:
    """An import holds the account's row for minutes: orders for it go through all the same."""
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(industry="robotics")
        [outcome] = at_once([order_of(account, contacts[0], tactic, rep, now)])
    assert isinstance(outcome, Order)


def test_the_statement_that_orders_wait_in_is_a_lock(account: Account) -> None:
    """Nobody else gets it until the transaction ends."""
    key = str(uuid4())

    def is_free() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"order key {key}"])
            return bool(cursor.fetchone()[0])

    with transaction.atomic():
        sql.rows("orders/one_at_a_time", idempotency_key=key, account_id=str(account.pk))
        assert at_once([is_free]) == [False]
    assert at_once([is_free]) == [True]


def test_whoever_had_to_wait_sees_what_the_other_did_to_the_line(
    six_tasks: list[Task], marketer: User, rep: User, now: datetime
) -> None:
    """The cancellation begins while a claim is not yet committed, and waits for it."""
    task = six_tasks[0]
    cancelling = Thread(target=lambda: outcomes.extend(at_once([lambda: cancel()])))
    outcomes: list[OrderLine | Exception] = []

    def cancel() -> OrderLine:
        return actions.cancel_line(line=task.line, by=rep, at=now)

    with transaction.atomic():
        actions.claim_task(task=task, by=marketer, at=now)
        cancelling.start()
        wait_until_somebody_waits_for_a_lock()
    cancelling.join()
    assert [type(outcome) for outcome in outcomes] == [actions.TooLate]


def wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("Nobody waits.")
