"""Money and rows of the orders: envelopes, a ledger that equals them, and everything that an order consists of."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.campaigns.models import Touch
from abmhub.core.days import business_day
from abmhub.demo.campaigns import quarters
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy, next_id
from abmhub.demo.orders import Order
from abmhub.demo.people import Staff
from abmhub.demo.work import Job
from abmhub.menus.models import Tactic
from abmhub.orders.actions.delivering import TOUCH_SOURCE
from abmhub.orders.models import Comment, FollowUp, OrderLine, Recipient, Task, TaskStep
from abmhub.orders.models import Order as OrderRow

Kind = LedgerEntry.Kind
USED = (0.55, 0.97)
"""How much of an envelope is used up at the end of its quarter."""
QUARTERS_BACK = 190
HEARD_AFTER = timedelta(seconds=20)
"""How soon marketers hear of an order."""
LEAST = {1: 4_000, 2: 2_000, 3: 1_000}
"""The smallest envelope of a tier, in the installation's currency, for a market of 20,000 accounts."""
IN_RESERVE = {1: 4_000, 2: 1_500, 3: 500}
"""What all teams share in a quarter, on top of their own."""
PROGRAM = "Account-based marketing"
CARRIES = 20
"""How much of its total, in percent, an envelope may carry into the next quarter."""


class Treasury:
    """A tree of envelopes for each quarter: the program, its tiers, their teams, each big enough for its orders."""

    def __init__(self, throw: Dice, calendar: Calendar, staff: Staff, currency: str) -> None:
        self.throw, self.calendar, self.currency = throw, calendar, currency
        self.shown_team = staff.rep.team_id
        self.share = Decimal(min(max(len(staff.marketers) / 7, 0.4), 3))
        today = calendar.as_of
        self.quarters = quarters(today - timedelta(days=QUARTERS_BACK), today + timedelta(days=92))
        self.own: dict[tuple[int, int | None, date], Envelope] = {
            (tier, team.pk, start): Envelope(
                name=f"Tier {tier}, {team.name}, {_quarter(start)}", tier_id=tier, team=team,
                **self._common(start, end),
            )
            for start, end in self.quarters
            for tier in LEAST
            for team in staff.sales_teams
        }  # fmt: skip
        self.tiers = {
            (tier, start): Envelope(name=f"Tier {tier}, {_quarter(start)}", tier_id=tier, **self._common(start, end))
            for start, end in self.quarters
            for tier in LEAST
        }
        self.programs = {
            start: Envelope(name=f"{PROGRAM}, {_quarter(start)}", program=PROGRAM, **self._common(start, end))
            for start, end in self.quarters
        }

    def _common(self, start: date, end: date) -> dict[str, Any]:
        return {
            "starts_on": start,
            "ends_on": end,
            "currency": self.currency,
            "total_amount": Decimal(0),
            "carry_percent": CARRIES,
        }

    def of(self, order: Order) -> Envelope:
        """The envelope of the team that pays for the order."""
        day = business_day(order.at)
        start = next(start for start, end in self.quarters if start <= day <= end)
        return self.own[order.tier, order.by.team_id, start]

    def write(self, jobs: Sequence[Job]) -> None:
        """Write the envelopes and the ledger, which add up by construction."""
        for job in jobs:
            self._move(self.of(job.order), job)
        this_quarter = max(start for start, _ in self.quarters if start <= self.calendar.as_of)
        for (tier, team, start), envelope in sorted(self.own.items(), key=lambda item: item[0][2]):
            planned_as = self.own[tier, team, this_quarter] if start > this_quarter else None
            envelope.total_amount = planned_as.total_amount if planned_as else self._total(envelope, tier)
        self._write_tree()
        copy(
            LedgerEntry,
            ("id", "envelope", "kind", "amount", "reserved_amount", "reference", "note", "by", "at"),
            _numbered(LedgerEntry, sorted(self._entries(jobs), key=lambda entry: (entry[-1], entry[4], entry[1]))),
        )

    def _write_tree(self) -> None:
        """From the root downwards; what is above is as large as what lies under it, and something in reserve."""
        for (tier, _, start), envelope in self.own.items():
            envelope.parent = self.tiers[tier, start]
            _add(envelope, envelope.parent)
        for (tier, start), envelope in self.tiers.items():
            envelope.total_amount += round(IN_RESERVE[tier] * self.share, -3)
            envelope.parent = self.programs[start]
            _add(envelope, envelope.parent)
        for level in (self.programs, self.tiers, self.own):
            Envelope.objects.bulk_create(level.values())

    def _move(self, envelope: Envelope, job: Job) -> None:
        if job.actual_cost is not None:
            envelope.spent_amount += job.actual_cost
        elif job.cancelled_by is None:
            envelope.reserved_amount += job.line.cost

    def _total(self, envelope: Envelope, tier: int) -> Decimal:
        """A round sum of which the usual share was used by the end of the quarter."""
        used = envelope.reserved_amount + envelope.spent_amount
        days = (envelope.ends_on - envelope.starts_on).days + 1
        passed = min(max((self.calendar.as_of - envelope.starts_on).days / days, 0.3), 1)
        share = self.throw.uniform(*USED)
        if envelope.team_id == self.shown_team:
            # Whoever looks around as this rep finds a menu to order from; other teams run low.
            share = USED[0]
        wanted = used / Decimal(share * passed)
        least = Decimal(LEAST[tier]) * self.share
        return (max(wanted, least, used) / 500).to_integral_value(rounding="ROUND_CEILING") * 500

    def _entries(self, jobs: Sequence[Job]) -> Iterator[tuple[object, ...]]:
        nothing = Decimal(0)
        for job in jobs:
            order, line = job.order, job.line
            envelope = self.of(order).pk
            yield envelope, Kind.RESERVE, line.cost, nothing, line.reference, "", order.by.pk, order.at
            if job.cancelled_by is not None:
                by = job.cancelled_by.pk
                yield envelope, Kind.RELEASE, line.cost, nothing, line.reference, "", by, job.finished_at
            elif job.actual_cost is not None and job.assignee is not None:
                by = job.assignee.pk
                yield envelope, Kind.SPEND, job.actual_cost, line.cost, line.reference, job.name, by, job.finished_at


def _quarter(start: date) -> str:
    return f"Q{(start.month + 2) // 3} {start.year}"


def _add(envelope: Envelope, parent: Envelope) -> None:
    parent.total_amount += envelope.total_amount
    parent.reserved_amount += envelope.reserved_amount
    parent.spent_amount += envelope.spent_amount


def number(orders: Iterable[Order]) -> None:
    """Give orders and lines their numbers, which the ledger and the timeline refer to."""
    order_id, line_id = next_id(OrderRow), next_id(OrderLine)
    for order in orders:
        order.id, order_id = order_id, order_id + 1
        for line in order.lines:
            line.id, line_id = line_id, line_id + 1


def stock(throw: Dice, jobs: Sequence[Job]) -> None:
    """Promise the pieces of unfinished lines, from a store that has so many and some more."""
    promised: dict[int, int] = {}
    for job in jobs:
        if job.is_open and job.line.tactic.stock_on_hand is not None:
            promised[job.line.tactic.pk] = promised.get(job.line.tactic.pk, 0) + len(job.line.members)
    tactics = list(Tactic.objects.exclude(stock_on_hand=None).order_by("pk"))
    nearly_out = throw.pick(tactics).pk if tactics else None
    for tactic in tactics:
        tactic.stock_reserved = promised.get(tactic.pk, 0)
        shelf = 2 if tactic.pk == nearly_out else int((tactic.stock_on_hand or 0) * throw.uniform(0.25, 0.9))
        tactic.stock_on_hand = tactic.stock_reserved + shelf
    Tactic.objects.bulk_update(tactics, ["stock_on_hand", "stock_reserved"])


def write_orders(orders: Sequence[Order], jobs: Sequence[Job], treasury: Treasury) -> None:
    """Write orders, lines and recipients; envelopes come first."""
    copy(
        OrderRow,
        (
            "id", "account", "tier", "envelope", "placed_by", "placed_at", "total_amount", "currency", "note",
            "idempotency_key", "fingerprint",
        ),
        (
            (
                order.id, order.company.id, order.tier, treasury.of(order).pk, order.by.pk, order.at,
                sum((line.cost for line in order.lines), Decimal(0)), treasury.currency, order.note, order.key,
                sha256(order.key.bytes).hexdigest(),
            )
            for order in orders
        ),
    )  # fmt: skip
    copy(
        OrderLine,
        (
            "id", "order", "tactic", "tactic_version", "quantity", "unit_cost", "line_cost", "actual_cost",
            "takes_stock", "goal", "starts_on", "promised_on", "took_days", "state", "delivered_at", "cancelled_at",
            "delivery_note",
        ),
        (_line_row(job) for job in jobs),
    )  # fmt: skip
    copy(
        Recipient,
        ("line", "contact"),
        ((job.line.id, member.id) for job in jobs for member in job.line.members),
    )


def _line_row(job: Job) -> tuple[object, ...]:
    line, is_cancelled = job.line, job.cancelled_by is not None
    return (
        line.id, job.order.id, line.tactic.pk, line.tactic.version_id, len(line.members), line.tactic.unit_cost,
        line.cost, job.actual_cost, line.tactic.stock_on_hand is not None, line.goal, job.order.starts_on,
        line.promised_on, job.took_days, job.line_state,
        None if is_cancelled else job.finished_at, job.finished_at if is_cancelled else None, job.delivery_note,
    )  # fmt: skip


def write_work(jobs: Sequence[Job], *, announced_until: datetime) -> None:
    """Write tasks with steps and comments, touches of what was delivered, and follow-ups.

    Of tasks that were ordered after `announced_until` nobody has been told yet.
    """
    first = next_id(Task)
    tasks = list(enumerate(jobs, start=first))
    copy(
        Task,
        (
            "id", "line", "name", "state", "assignee", "due_on", "claimed_at", "waiting_on", "waiting_since",
            "waiting_note", "finished_at", "announced_at",
        ),
        (
            (
                task, job.line.id, job.name, job.state, _id(job.assignee), job.line.promised_on, job.claimed_at,
                job.waiting_on, job.waiting_since, job.waiting_note, job.finished_at,
                job.order.at + HEARD_AFTER if job.order.at < announced_until else None,
            )
            for task, job in tasks
        ),
    )  # fmt: skip
    copy(
        TaskStep,
        ("task", "position", "name", "after", "checklist", "hours", "proof", "due_on", "done_at", "done_by"),
        (
            (
                task, step.position, step.name, list(step.after), list(step.checklist), step.hours, step.proof, due_on,
                done_at, _id(job.assignee) if done_at else None,
            )
            for task, job in tasks
            for step, due_on, done_at in job.steps
        ),
    )  # fmt: skip
    said = sorted(((at, task, by.pk, text) for task, job in tasks for by, at, text in job.comments))
    copy(
        Comment,
        ("id", "task", "by", "at", "text"),
        _numbered(Comment, ((task, by, at, text) for at, task, by, text in said)),
    )
    delivered = [job for job in jobs if job.actual_cost is not None]
    _write_touches(delivered)
    copy(
        FollowUp,
        ("id", "account", "line", "owner", "due_at", "done_at", "note"),
        _numbered(
            FollowUp,
            (
                (
                    job.order.company.id, job.line.id, job.order.by.pk, job.follow_up_due_at, job.follow_up_done_at,
                    job.follow_up_note,
                )
                for job in delivered
            ),
        ),
    )  # fmt: skip


def _write_touches(delivered: Sequence[Job]) -> None:
    copy(
        Touch,
        ("account", "contact", "channel", "occurred_at", "summary", "source", "external_id", "created_at"),
        (
            (
                job.order.company.id, member.id, job.line.tactic.channel.pk, job.finished_at,
                f"{job.line.tactic.name}: {job.delivery_note}"[:300], TOUCH_SOURCE,
                f"{job.line.reference}/contact-{member.id}", job.finished_at,
            )
            for job in delivered
            for member in job.line.members
        ),
    )  # fmt: skip


def _numbered(model: type, rows: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    return ((key, *row) for key, row in enumerate(rows, start=next_id(model)))


def _id(user: object) -> int | None:
    key: int | None = getattr(user, "pk", None)
    return key
