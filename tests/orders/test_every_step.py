"""Whatever people do, and in whatever order: after every step the books balance and nothing is over.

A machine orders, approves, declines, claims, delivers, cancels, changes budgets, store, tiers and opt-outs at random.
Each rule may be refused, with a sentence; none may leave a trace of half a thing. Its steps are the same on every run.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets import actions as budget_actions
from abmhub.budgets import books as budget_books
from abmhub.budgets.carrying import carry_over
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel
from abmhub.committee.models import Contact, OptOut
from abmhub.core.refusals import Refused
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, books
from abmhub.orders.actions import LineRequest
from abmhub.orders.models import Approval, ApprovalRule, Order, OrderLine, Recipient, Task, TouchLimit
from abmhub.users.models import User

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
MOST_TOUCHES = 4
cents = st.integers(0, 60_000).map(lambda number: Decimal(number) / 100)


class People:
    """The cast that the machine plays with, as the fixtures made it."""

    account: Account
    contacts: list[Contact]
    rep: User
    marketer: User
    manager: User
    tactics: list[Tactic]
    path: list[Envelope]


class Company(RuleBasedStateMachine):
    """One account, one rep, one marketer, a manager of money, and the night."""

    @initialize()
    def begin(self) -> None:
        """Each example in a transaction of its own, which is taken back at its end."""
        self.example = transaction.atomic()
        self.example.__enter__()
        self.keys = 0
        self.wishes: dict[int, tuple[UUID, list[LineRequest]]] = {}

    def teardown(self) -> None:
        if hasattr(self, "example"):
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def order(self, key: UUID, lines: list[LineRequest]) -> Order | None:
        try:
            return actions.place_order(
                account=People.account, by=People.rep, at=AT, lines=lines, idempotency_key=key, seen_tier=1
            )
        except Refused:
            return None

    @rule(
        which=st.lists(st.integers(0, 1), min_size=1, max_size=2, unique=True),
        whom=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
        seen=st.sampled_from([None, "40.00", "25.00", "31.00"]),
    )
    def place(self, which: list[int], whom: list[int], seen: str | None) -> None:
        self.keys += 1
        people = [People.contacts[number].pk for number in whom]
        cost = Decimal(seen) if seen else None
        lines = [LineRequest(People.tactics[number].pk, people, seen_cost=cost) for number in which]
        order = self.order(UUID(int=self.keys), lines)
        if order is not None:
            self.wishes[order.pk] = (UUID(int=self.keys), lines)
            blocked = set(OptOut.objects.values_list("contact", flat=True))
            chosen = set(Recipient.objects.filter(line__order=order).values_list("contact", flat=True))
            assert not blocked & chosen
            assert Standing.objects.get(account=People.account).tier_id == order.tier_id == 1
            assert all(seen is None or line.unit_cost == Decimal(seen) for line in order.lines.all())

    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        if self.wishes:
            pk = data.draw(st.sampled_from(sorted(self.wishes)))
            again = self.order(*self.wishes[pk])
            assert again is not None
            assert again.pk == pk

    def attempt(self, what: Callable[..., object], /, **arguments: object) -> None:
        with suppress(Refused):
            what(**arguments)

    def line(self, data: st.DataObject) -> OrderLine | None:
        lines = list(OrderLine.objects.select_related("order").order_by("pk"))
        return data.draw(st.sampled_from(lines)) if lines else None

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if line := self.line(data):
            self.attempt(actions.cancel_line, line=line, by=People.rep, at=AT)

    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        if line := self.line(data):
            self.attempt(actions.claim_task, task=line.task, by=People.marketer, at=AT)

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        if line := self.line(data):
            self.attempt(actions.release_task, task=line.task, by=People.marketer, at=AT)

    @rule(data=st.data(), cost=st.none() | cents)
    def deliver(self, data: st.DataObject, cost: Decimal | None) -> None:
        if line := self.line(data):
            self.attempt(
                actions.deliver, task=line.task, by=People.marketer, at=AT, note="Delivered.", actual_cost=cost
            )

    @rule(data=st.data(), verdict=st.sampled_from([actions.approve, actions.decline, actions.request_changes]))
    def decide(self, data: st.DataObject, verdict: Callable[..., object]) -> None:
        pending = list(Approval.objects.pending().select_related("order__account", "asked_by").order_by("pk"))
        if pending:
            approval = data.draw(st.sampled_from(pending))
            by = data.draw(st.sampled_from([People.rep, People.manager]))
            self.attempt(verdict, approval=approval, by=by, at=AT, reason="So it shall be.")
            approval.refresh_from_db()
            assert approval.decided_by != approval.order.placed_by

    @rule(level=st.integers(0, 2), total=cents)
    def edit_budget(self, level: int, total: Decimal) -> None:
        envelope = Envelope.objects.get(pk=People.path[level].pk)
        was = {name: getattr(envelope, name) for name in budget_actions.EDITABLE}
        becomes = {**was, "total_amount": total}
        self.attempt(budget_actions.edit_envelope, envelope=envelope, was=was, becomes=becomes, by=People.manager)

    @rule(pieces=st.integers(0, 6))
    def count_the_store(self, pieces: int) -> None:
        with suppress(IntegrityError), transaction.atomic():
            Tactic.objects.filter(pk=People.tactics[1].pk).update(stock_on_hand=pieces)

    @rule(cost=st.sampled_from(["25.00", "31.00"]))
    def change_a_price(self, cost: str) -> None:
        Tactic.objects.filter(pk=People.tactics[1].pk).update(unit_cost=Decimal(cost))

    @rule(whom=st.integers(0, 2))
    def opt_out(self, whom: int) -> None:
        OptOut.objects.get_or_create(
            contact=People.contacts[whom], channel=Channel.objects.get(code="mail").code, defaults={"opted_out_at": AT}
        )

    @rule()
    def strike(self) -> None:
        """After the sweep nobody who opted out waits for anything."""
        actions.strike_recipients(at=AT)
        blocked = Recipient.objects.served().filter(line__state__in=OrderLine.OPEN, contact__opt_outs__channel="mail")
        assert not blocked.exists()

    @rule(level=st.sampled_from([None, 1, 1, 2]))
    def retier(self, level: int | None) -> None:
        Standing.objects.filter(account=People.account).update(tier=level)

    @rule()
    def end_of_period(self) -> None:
        carry_over(day=date(2027, 1, 1), at=AT + timedelta(days=400))

    @invariant()
    def books_balance(self) -> None:
        if hasattr(self, "example"):
            assert budget_books.errors() + books.errors() == []

    @invariant()
    def nothing_is_over(self) -> None:
        for one in Envelope.objects.all():
            assert min(one.free_amount, one.unallotted_amount, one.reserved_amount, one.spent_amount) >= 0
        for tactic in Tactic.objects.exclude(stock_on_hand=None):
            assert 0 <= tactic.stock_reserved <= (tactic.stock_on_hand or 0)

    @invariant()
    def nobody_is_touched_too_often(self) -> None:
        """All promises of the example fall into one week, and all deliveries into this one."""
        planned = Recipient.objects.served().filter(line__state__in=OrderLine.OPEN).values("contact")
        assert all(row["number"] <= MOST_TOUCHES for row in planned.annotate(number=Count("pk")))

    @invariant()
    def nothing_begins_before_it_is_approved(self) -> None:
        held = Task.objects.filter(line__order__approvals__state=Approval.State.PENDING)
        assert set(held.values_list("state", flat=True)) <= {Task.State.HELD, Task.State.CANCELLED}

    @invariant()
    def every_line_has_one_end(self) -> None:
        for task in Task.objects.select_related("line"):
            ended = {
                OrderLine.State.DELIVERED: {Task.State.DONE},
                OrderLine.State.CANCELLED: {Task.State.CANCELLED},
            }.get(OrderLine.State(task.line.state), {*Task.UNFINISHED, Task.State.HELD})
            assert task.state in ended


@pytest.fixture
def _company(
    account: Account, contacts: list[Contact], rep: User, marketer: User, marketing_manager: User, tactic: Tactic,
    stocked_tactic: Tactic, envelope: Envelope, tier1: Tier,
) -> None:  # fmt: skip
    """The cast, an envelope that is a part of two others, and the same for the year after."""
    MenuItem.objects.update(quota=20)
    TouchLimit.objects.update(touches=MOST_TOUCHES)
    ApprovalRule.objects.create(name="From 100", position=0, least_amount=100, approver_role="marketing_manager")
    dates = {"starts_on": envelope.starts_on, "ends_on": envelope.ends_on}
    program = Envelope.objects.create(name="Program", program="P", total_amount=900, carry_percent=100, **dates)
    tier = Envelope.objects.create(name="Tier 1", tier=tier1, parent=program, total_amount=600, **dates)
    Envelope.objects.filter(pk=envelope.pk).update(parent=tier, carry_percent=50)
    Envelope.objects.create(
        name="East, 2027", tier=tier1, team=envelope.team, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        total_amount=100,
    )  # fmt: skip
    People.account, People.contacts, People.rep, People.marketer = account, contacts, rep, marketer
    People.manager, People.tactics = marketing_manager, [tactic, stocked_tactic]
    People.path = [envelope, tier, program]


@pytest.mark.usefixtures("_company")
def test_after_every_step_the_books_balance_and_nothing_is_over() -> None:
    run_state_machine_as_test(
        Company,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("_company")
def test_control_without_the_guard_of_money_a_step_is_found_that_breaks_the_books(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An action that forgets the levels above is caught by the same machine."""

    def only_here(envelope: Envelope, *, reserved: Decimal, spent: Decimal = Decimal(0)) -> None:
        one = Envelope.objects.get(pk=envelope.pk)
        Envelope.objects.filter(pk=envelope.pk).update(
            reserved_amount=one.reserved_amount + reserved, spent_amount=one.spent_amount + spent
        )

    monkeypatch.setattr(budget_actions, "_move", only_here)
    company = Company()
    company.begin()
    try:
        company.books_balance()
        company.place([0], [0], None)
        with pytest.raises(AssertionError):
            company.books_balance()
    finally:
        company.teardown()
