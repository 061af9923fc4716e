"""The guards at the size of a big company's worst day, and each without its guard beside it.

The actions are the real ones on real connections. Orders are light, because a guard does not ask what an order holds:
`benchmarks/soak.py` does the same with whole ones.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection
from django.db.models import F, Sum

from abmhub.accounts.models import Account, Tier
from abmhub.budgets import actions as budget_actions
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.core.refusals import Refused
from abmhub.menus import actions as menu_actions
from abmhub.menus.models import Tactic
from abmhub.orders import actions, books
from abmhub.orders.models import Order, OrderLine, Task, TaskEvent
from abmhub.orders.models.task import TaskQuerySet
from abmhub.users.models import Role, Team, User
from tests.at_once import at_once, meeting_point
from tests.conftest import make_tactic, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.full_size]

CONNECTIONS, ENVELOPES, CLAIMERS, TIMES_SENT = 20, 50, 16, 8
A_MOMENT = 0.002
"""So long somebody thinks who reads before writing."""

guarded_or_not = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])


def careless_move(envelope: Envelope, *, reserved: Decimal, spent: Decimal = Decimal(0)) -> Envelope | None:
    """Read, think, write; the CHECK of the database is still there."""
    read = Envelope.objects.get(pk=envelope.pk)
    time.sleep(A_MOMENT)
    if read.free_amount < reserved + spent:
        return read
    Envelope.objects.filter(pk=read.pk).update(reserved_amount=read.reserved_amount + reserved)
    return None


@guarded_or_not
def test_ten_thousand_attempts_on_fifty_envelopes(
    rep: User, tier1: Tier, now: datetime, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """About half of it fits: no cent more is given, none is refused that was there, and the ledger says the same."""
    attempts = 10_000 if guarded else 800
    each = Decimal(attempts // ENVELOPES * 5)
    teams = Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(ENVELOPES))
    year = {"starts_on": now.date(), "ends_on": now.date(), "tier": tier1}
    envelopes = Envelope.objects.bulk_create(
        Envelope(name=f"Of {team}", team=team, total_amount=each, **year) for team in teams
    )
    if not guarded:
        monkeypatch.setattr(budget_actions, "_move", careless_move)

    def reserve_all(seed: int) -> Decimal:
        dice, given = random.Random(seed), Decimal(0)
        for number in range(attempts // CONNECTIONS):
            amounts = {f"{seed}-{number}": Decimal(dice.randrange(1, 2_000)) / 100}
            try:
                budget_actions.reserve(envelope=dice.choice(envelopes), amounts=amounts, by=rep, at=now)
            except budget_actions.Overdrawn:
                continue
            given += sum(amounts.values())
        return given

    outcomes = at_once([lambda seed=seed: reserve_all(seed) for seed in range(CONNECTIONS)])  # type: ignore[misc]
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    given = sum((outcome for outcome in outcomes if isinstance(outcome, Decimal)), Decimal(0))
    booked = LedgerEntry.objects.values("envelope").annotate(given=Sum("amount"))
    overspent = booked.filter(given__gt=each).count()
    if not guarded:
        assert overspent > 0
        assert budget_books.errors() != []
        return
    assert overspent == 0
    assert budget_books.errors() == []
    left = Envelope.objects.annotate(left=F("total_amount") - F("reserved_amount")).values_list("left", flat=True)
    assert sum(left) == each * ENVELOPES - given
    assert all(0 <= rest < 20 for rest in left)


def light_orders(monkeypatch: pytest.MonkeyPatch, tier: Tier, envelope: Envelope, meet: Callable[[], object]) -> None:
    """Orders without lines, for which no menu is read; whoever would read one comes to `meet` instead."""
    nothing = SimpleNamespace(lines=(), total=Decimal(10), currency="USD", costs={})
    instead = {
        "menu_for": lambda *_, **__: meet(),
        "quote": lambda *_: nothing,
        "versions_of": lambda *_, **__: {},
        "refuse_what_is_not_on_offer": lambda *_: (tier, envelope),
        "need_of": lambda *_, **__: None,
        "write_lines": lambda *_, **__: [],
        "set_aside": lambda *_, **__: None,
    }
    for name, stand_in in instead.items():
        monkeypatch.setattr(f"abmhub.orders.actions.placing.{name}", stand_in)


@guarded_or_not
def test_two_thousand_keys_that_are_sent_eight_times_each(
    account: Account, admin: User, tier1: Tier, envelope: Envelope, now: datetime, monkeypatch: pytest.MonkeyPatch, *,
    guarded: bool,
) -> None:  # fmt: skip
    """Exactly so many orders as keys, and all eight are told the same one; without the lock seven see an error."""
    keys = 2_000 if guarded else 40
    light_orders(monkeypatch, tier1, envelope, (lambda: None) if guarded else meeting_point(TIMES_SENT).wait)
    if not guarded:
        monkeypatch.setattr("abmhub.orders.actions.placing.sql.rows", lambda *_, **__: [])

    def send_all() -> list[int | None]:
        answers: list[int | None] = []
        for key in range(keys):
            wish = {"account": account, "by": admin, "at": now, "lines": [], "idempotency_key": UUID(int=key)}
            try:
                answers.append(actions.place_order(**wish).pk)  # type: ignore[arg-type]
            except IntegrityError:
                answers.append(None)
        return answers

    outcomes = at_once([send_all] * TIMES_SENT)
    told = [outcome for outcome in outcomes if isinstance(outcome, list)]
    assert len(told) == TIMES_SENT, outcomes
    assert Order.objects.count() == keys
    if guarded:
        assert {tuple(answers) for answers in told} == {tuple(told[0])}
        assert len(set(told[0]) - {None}) == keys
    else:
        assert sum(answers.count(None) for answers in told) == keys * (TIMES_SENT - 1)


def light_tasks(
    count: int, account: Account, rep: User, tactic: Tactic, envelope: Envelope, at: datetime
) -> list[Task]:
    """So many orders of one letter with money reserved for them and tasks without steps."""
    orders = Order.objects.bulk_create(
        Order(
            account=account, tier=envelope.tier, envelope=envelope, placed_by=rep, placed_at=at, total_amount=1,
            idempotency_key=uuid4(), currency="USD",
        )
        for _ in range(count)
    )  # fmt: skip
    lines = OrderLine.objects.bulk_create(
        OrderLine(order=order, tactic=tactic, quantity=1, unit_cost=1, line_cost=1, promised_on=at.date())
        for order in orders
    )
    Envelope.objects.filter(pk=envelope.pk).update(total_amount=count)
    amounts = {line.reference: line.line_cost for line in lines}
    budget_actions.reserve(envelope=envelope, amounts=amounts, by=rep, at=at)
    tasks = Task.objects.bulk_create(Task(line=line, name="Letter", due_on=line.promised_on) for line in lines)
    with connection.cursor() as cursor:
        # As autovacuum would have done long ago: so many rows were not there a moment ago.
        cursor.execute("ANALYZE")
    return tasks


@guarded_or_not
def test_sixteen_claimers_on_five_thousand_tasks(
    account: Account, rep: User, tactic: Tactic, envelope: Envelope, now: datetime, monkeypatch: pytest.MonkeyPatch, *,
    guarded: bool,
) -> None:  # fmt: skip
    """Each is claimed once; without the lock, those who read at the same moment take the same one."""
    tasks = light_tasks(5_000 if guarded else 64, account, rep, tactic, envelope, now)
    people = [person(f"Marketer{number}", Role.MARKETER) for number in range(CLAIMERS)]
    if not guarded:
        monkeypatch.setattr(TaskQuerySet, "select_for_update", lambda self, **_: self)

    def claim_all(marketer: User) -> list[int]:
        claimed = []
        while task := actions.claim_next(by=marketer, at=now):
            claimed.append(task.pk)
        return claimed

    outcomes = at_once([lambda marketer=marketer: claim_all(marketer) for marketer in people])  # type: ignore[misc]
    claims = Counter(pk for outcome in outcomes if isinstance(outcome, list) for pk in outcome)
    if guarded:
        assert claims == Counter(task.pk for task in tasks)
        assert TaskEvent.objects.filter(kind=TaskEvent.Kind.CLAIMED).count() == len(tasks)
    else:
        assert claims.total() > len(claims)


@guarded_or_not
def test_a_thousand_rounds_of_cancelling_against_delivering(
    account: Account, rep: User, marketer: User, tactic: Tactic, envelope: Envelope, now: datetime,
    monkeypatch: pytest.MonkeyPatch, *, guarded: bool,
) -> None:  # fmt: skip
    """Every round has one outcome and one refund or one expense; without the lock both go ahead."""
    tasks = light_tasks(1_000 if guarded else 20, account, rep, tactic, envelope, now)
    start, read = meeting_point(2), meeting_point(2)

    def read_together(task: Task) -> Task:
        task = Task.objects.select_related("line__order__account", "line__order__envelope", "line__tactic").get(
            pk=task.pk
        )
        read.wait()
        return task

    if not guarded:
        monkeypatch.setattr("abmhub.orders.actions.working.locked", read_together)
        monkeypatch.setattr("abmhub.orders.actions.cancelling.locked", read_together)

    def cancel(task: Task) -> object:
        return actions.cancel_line(line=task.line, by=rep, at=now)

    def make(task: Task) -> object:
        actions.claim_task(task=task, by=marketer, at=now)
        return actions.deliver(task=task, by=marketer, at=now, note="Done.") if guarded else None

    def rounds(act: Callable[[Task], object]) -> list[bool]:
        won = []
        for task in tasks:
            start.wait()
            try:
                act(task)
                won.append(True)
            except (Refused, IntegrityError):
                won.append(False)
        return won

    cancelled, made = at_once([lambda: rounds(cancel), lambda: rounds(make)])
    assert isinstance(cancelled, list), cancelled
    assert isinstance(made, list), made
    if not guarded:
        assert any(both == (True, True) for both in zip(cancelled, made, strict=True))
        return
    assert all(one != other for one, other in zip(cancelled, made, strict=True))
    ended = Counter(LedgerEntry.objects.exclude(kind="reserve").values_list("kind", flat=True))
    assert (ended["release"], ended["spend"]) == (sum(cancelled), sum(made))
    assert budget_books.errors() + books.errors() == []


def careless_reserve(*, tactic: Tactic, pieces: int) -> None:
    read = Tactic.objects.get(pk=tactic.pk)
    time.sleep(A_MOMENT)
    if read.stock_left is not None and read.stock_left < pieces:
        raise menu_actions.OutOfStock("None left.")
    Tactic.objects.filter(pk=tactic.pk).update(stock_reserved=read.stock_reserved + pieces)


@guarded_or_not
def test_ten_thousand_attempts_on_the_pieces_of_ten_tactics(tier1: Tier, now: datetime, *, guarded: bool) -> None:
    """Half of them are there: exactly those are promised."""
    attempts, kinds = (10_000 if guarded else 800), 10
    pieces = attempts // kinds // 2
    tactics = [make_tactic(f"Box {kind}", tier=tier1, now=now, stock_on_hand=pieces) for kind in range(kinds)]
    reserve = menu_actions.reserve_stock if guarded else careless_reserve

    def take_all(seed: int) -> int:
        dice, taken = random.Random(seed), 0
        wishes = tactics * (attempts // kinds // CONNECTIONS)
        dice.shuffle(wishes)
        for tactic in wishes:
            try:
                reserve(tactic=tactic, pieces=1)
            except menu_actions.OutOfStock:
                continue
            taken += 1
        return taken

    outcomes = at_once([lambda seed=seed: take_all(seed) for seed in range(CONNECTIONS)])  # type: ignore[misc]
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    promised = sum(outcome for outcome in outcomes if isinstance(outcome, int))
    if guarded:
        assert promised == pieces * kinds
        assert set(Tactic.objects.filter(pk__in=[one.pk for one in tactics]).values_list("stock_reserved")) == {
            (pieces,)
        }
    else:
        assert promised > pieces * kinds
