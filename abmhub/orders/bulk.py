"""The same tactics for many accounts: what each can have, what it comes to, and why some get less.

Everything is read for all accounts at once, so that a plan for five hundred takes as many queries as one for two.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.numbers import money_text as money
from abmhub.menus.models import Tactic
from abmhub.orders.menu import Menu, Offer, menus_for
from abmhub.orders.quoting import LineRequest, QuotedLine, quote
from abmhub.orders.touches import Diary
from abmhub.users.models import User

NOTHING = Decimal(0)
NOTHING_HERE = "Nothing of it can be had here."
MOST_ACCOUNTS = 500
"""So many at once: a plan is looked at as a whole before it is ordered."""


@dataclass(frozen=True)
class BulkWish:
    """What somebody wants for many accounts, and by which rule its recipients are found.

    Recipients are people in one of the `roles`, or of one of the `personas`; with neither, those whom a tactic suits.
    Of each account at most so many `people` get a tactic, or as many as it takes at least.
    """

    tactic_ids: tuple[int, ...] = ()
    roles: frozenset[int] = frozenset()
    personas: frozenset[int] = frozenset()
    people: int = 1
    goal: str = ""

    @property
    def has_rule(self) -> bool:
        return bool(self.roles or self.personas)

    def names(self, contact: Contact) -> bool:
        """Whether the rule names this person; nobody is named by a rule that names no role and no persona."""
        return contact.buying_role_id in self.roles or contact.persona_id in self.personas


@dataclass(frozen=True)
class LeftOut:
    """A tactic that an account cannot have, and why not."""

    tactic: Tactic
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.tactic}: {self.problem}"


@dataclass(frozen=True)
class PlannedOrder:
    """What one account can have of it. `problem` says why it gets nothing; empty when it gets something."""

    menu: Menu
    lines: tuple[QuotedLine, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def account(self) -> Account:
        return self.menu.account

    @property
    def is_told_below(self) -> bool:
        """Whether the problem is only that every tactic has one of its own."""
        return self.problem == NOTHING_HERE

    @property
    def level(self) -> int:
        """Of the tier whose menu it is; 0 for none."""
        return self.menu.tier.level if self.menu.tier else 0

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.lines), NOTHING)


@dataclass
class Taken:
    """What the accounts before have taken of money and of the store."""

    money: dict[int, Decimal] = field(default_factory=dict)
    pieces: Counter[int] = field(default_factory=Counter)

    def too_few_pieces(self, line: QuotedLine) -> str:
        """Why the store does not hold enough for this line any more; empty when it does."""
        left = line.offer.stock_left if line.offer else None
        if left is None or line.quantity + self.pieces[line.request.tactic_id] <= left:
            return ""
        rest = max(left - self.pieces[line.request.tactic_id], 0)
        return f"{line.quantity} needed, {rest} left in the store after the accounts before it."

    def too_little_money(self, menu: Menu, cost: Decimal) -> str:
        """Why the money on some level does not last for this account any more; empty when it does."""
        for envelope in menu.envelope.path if menu.envelope else ():
            left = envelope.free_amount - self.money.get(envelope.pk, NOTHING)
            if cost > left:
                rest = money(max(left, NOTHING), menu.currency)
                return f"{money(cost, menu.currency)} needed, {rest} left in {envelope} after the accounts before it."
        return ""

    def take(self, planned: PlannedOrder) -> None:
        for line in planned.lines:
            self.pieces[line.request.tactic_id] += line.quantity
        for envelope in planned.menu.envelope.path if planned.menu.envelope else ():
            self.money[envelope.pk] = self.money.get(envelope.pk, NOTHING) + planned.cost


@dataclass(frozen=True)
class Draw:
    """What a plan takes from an envelope."""

    envelope: Envelope
    amount: Decimal


@dataclass(frozen=True)
class BulkPlan:
    """What each account can have of a wish, in the order in which they are served."""

    wish: BulkWish
    rows: tuple[PlannedOrder, ...]
    currency: str
    draws: tuple[Draw, ...] = ()

    @property
    def served(self) -> list[PlannedOrder]:
        return [row for row in self.rows if row.lines]

    @property
    def served_in_part(self) -> int:
        """How many get something and not all of it."""
        return sum(bool(row.left_out) for row in self.served)

    @property
    def total(self) -> Decimal:
        return sum((row.cost for row in self.rows), NOTHING)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for row in self.rows for line in row.lines)

    @property
    def fingerprint(self) -> str:
        """Of all that was shown: accounts, tiers, tactics, people and prices. The same plan has the same."""
        shown = [
            [
                row.account.pk,
                row.level,
                *sorted((line.request.tactic_id, *line.request.contact_ids) for line in row.lines),
            ]
            for row in self.rows
        ]
        return sha256(json.dumps([shown, str(self.total), self.wish.goal]).encode()).hexdigest()


def plan_for(
    accounts: Sequence[int], wish: BulkWish, *, by: User, at: datetime, menus: Mapping[int, Menu] | None = None
) -> BulkPlan:
    """What each of these accounts can have, the first ones first; `menus` are theirs when they were read already.

    An account gets what it can have of the wish; when its money does not last, it gets nothing, with the reason.
    """
    menus = menus_for(accounts, by=by, at=at, tactics=wish.tactic_ids) if menus is None else menus
    found = Tactic.objects.select_related("channel").in_bulk(wish.tactic_ids)
    tactics = [found[pk] for pk in wish.tactic_ids if pk in found]
    taken, rows, draws = Taken(), [], dict[int, Envelope]()
    for pk in accounts:
        planned = _planned(menus[pk], wish, tactics, taken)
        taken.take(planned)
        rows.append(planned)
        if planned.lines and planned.menu.envelope:
            draws |= {envelope.pk: envelope for envelope in planned.menu.envelope.path}
    ordered = sorted(draws.values(), key=lambda envelope: (envelope.level, envelope.name))
    currency = next((menu.currency for menu in menus.values()), "")
    return BulkPlan(wish, tuple(rows), currency, tuple(Draw(one, taken.money[one.pk]) for one in ordered))


def _planned(menu: Menu, wish: BulkWish, tactics: Sequence[Tactic], taken: Taken) -> PlannedOrder:
    if menu.problem:
        return PlannedOrder(menu, problem=menu.problem, remedy=menu.remedy)
    requests, left_out = _chosen(menu, wish, tactics)
    lines = []
    for line in quote(menu, requests).lines:
        if problem := line.problem or taken.too_few_pieces(line):
            left_out.append(LeftOut(next(one for one in tactics if one.pk == line.request.tactic_id), problem))
        else:
            lines.append(line)
    planned = PlannedOrder(menu, tuple(lines), tuple(left_out), "" if lines else NOTHING_HERE)
    if problem := taken.too_little_money(menu, planned.cost):
        return PlannedOrder(menu, left_out=tuple(left_out), problem=problem)
    return planned


def _chosen(menu: Menu, wish: BulkWish, tactics: Sequence[Tactic]) -> tuple[list[LineRequest], list[LeftOut]]:
    """What the menu offers of it, for the people whom the rule finds, and what it does not."""
    offers = {offer.tactic.pk: offer for offer in menu.offers}
    requests, left_out, diary = [], [], menu.diary
    for tactic in tactics:
        offer = offers.get(tactic.pk)
        if offer is None:
            left_out.append(LeftOut(tactic, f"It is not on the menu of {menu.tier}."))
            continue
        people = _recipients(menu, offer, wish, diary)
        if offer.problem or len(people) < tactic.minimum_recipients:
            left_out.append(LeftOut(tactic, offer.problem or _too_few(menu, tactic, people, wish), offer.remedy))
            continue
        chosen = tuple(person.pk for person in people)
        diary = diary.also(chosen, tactic.channel, offer.promise_on)
        requests.append(LineRequest(tactic.pk, chosen, wish.goal, seen_cost=offer.unit_cost))
    return requests, left_out


def _recipients(menu: Menu, offer: Offer, wish: BulkWish, diary: Diary) -> list[Contact]:
    """Whom the rule finds for a tactic, the most important role first; nobody to whom nothing may be sent."""
    tactic = offer.tactic
    named = [person for person in menu.contacts if wish.names(person)] if wish.has_rule else offer.suited
    free = [
        person
        for person in named
        if not menu.why_not(person, tactic, offer.promise_on)
        and not diary.why_not(person.pk, tactic.channel, offer.promise_on)
    ]
    return free[: min(max(wish.people, tactic.minimum_recipients), tactic.maximum_recipients)]


def _too_few(menu: Menu, tactic: Tactic, people: Sequence[Contact], wish: BulkWish) -> str:
    """Why the rule finds too few people; the reason of the first of them where all are named and none can be chosen."""
    named = [person for person in menu.contacts if wish.names(person)] if wish.has_rule else menu.contacts
    if not named:
        return "Nobody here is in the chosen roles." if wish.has_rule else "The committee is empty."
    least = tactic.minimum_recipients
    can = f"{len(people)} of the {len(named)} found" if people else "nobody of those found"
    return f"It takes {least} {'person' if least == 1 else 'people'}, and {can} can be chosen."
