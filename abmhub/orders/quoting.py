"""What ticked boxes come to on a menu, and whether they can be ordered like that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from abmhub.committee.models import Contact
from abmhub.core.numbers import money_text as money
from abmhub.menus.models import Tactic
from abmhub.orders.menu import Menu, Offer, why_not
from abmhub.orders.touches import Diary


@dataclass(frozen=True)
class LineRequest:
    """One ticked box: a tactic, the people it is for, and what it should achieve.

    `seen_cost` is what one piece cost when the box was ticked; None from a door that shows no prices.
    """

    tactic_id: int
    contact_ids: Sequence[int]
    goal: str = ""
    seen_cost: Decimal | None = None


@dataclass(frozen=True)
class QuotedLine:
    """What one ticked box comes to. `offer` is None when the tactic is not on the menu."""

    request: LineRequest
    offer: Offer | None
    contacts: tuple[Contact, ...]
    problem: str = ""
    starts_after_days: int = 0

    @property
    def promise_on(self) -> date | None:
        """When it is promised; of a play, counted from the day on which its turn comes."""
        return self.offer.promise.later(self.starts_after_days) if self.offer else None

    @property
    def quantity(self) -> int:
        return len(self.contacts)

    @property
    def cost(self) -> Decimal:
        return self.offer.unit_cost * self.quantity if self.offer else Decimal(0)


@dataclass(frozen=True)
class Quote:
    """What the ticked boxes come to. `problem` is about the whole, `problems` about single tactics."""

    lines: tuple[QuotedLine, ...]
    total: Decimal
    free_after: Decimal | None
    currency: str
    problem: str = ""
    problems: dict[int, str] = field(default_factory=dict)

    @property
    def over(self) -> Decimal:
        """By how much the total exceeds what is left; 0 when it fits."""
        return max(-(self.free_after or Decimal(0)), Decimal(0))

    @property
    def costs(self) -> list[tuple[Tactic, Decimal]]:
        """Each tactic that is on the menu, and what it comes to."""
        return [(line.offer.tactic, line.cost) for line in self.lines if line.offer]

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not self.problem and not self.problems


def quote(menu: Menu, lines: Sequence[LineRequest], days_after: Mapping[int, int] | None = None) -> Quote:
    """What these boxes come to on this menu, without asking the database.

    `days_after` says of the tactics of a play, by their ids, after how many working days the work begins.
    A role that a tactic suits is advice: somebody else may get it too.
    """
    offers = {offer.tactic.pk: offer for offer in menu.offers}
    contacts = {contact.pk: contact for contact in menu.contacts}
    times, after, diary = Counter(line.tactic_id for line in lines), days_after or {}, menu.diary
    quoted = []
    for line in lines:
        offer = offers.get(line.tactic_id)
        known = tuple(contacts[pk] for pk in dict.fromkeys(line.contact_ids) if pk in contacts)
        strangers = len(set(line.contact_ids)) - len(known)
        if offer is None:
            problem = f"It is not on the menu of {menu.tier}." if menu.tier else menu.problem
        elif times[line.tactic_id] > 1:
            problem = "It is on the list twice."
        else:
            problem = offer.problem or _recipients_problem(offer.tactic, known, strangers)
        quoted_line = QuotedLine(line, offer, known, problem, after.get(line.tactic_id, 0))
        promise_on = quoted_line.promise_on
        if offer and promise_on and not problem:
            touched = [person.pk for person in known]
            if busy := _too_often(known, diary, offer.tactic, promise_on):
                quoted_line = replace(quoted_line, problem=busy)
            diary = diary.also(touched, offer.tactic.channel, promise_on)
        quoted.append(quoted_line)
    total = sum((line.cost for line in quoted), Decimal(0))
    free_after = None if menu.free_amount is None else menu.free_amount - total
    problem = menu.problem
    if not problem and menu.tightest and free_after is not None and free_after < 0:
        problem = (
            f"The total of {money(total, menu.currency)} is {money(-free_after, menu.currency)} more than is left "
            f"in {menu.tightest.name}."
        )
    return Quote(
        tuple(quoted),
        total,
        free_after,
        menu.currency,
        problem,
        {line.request.tactic_id: line.problem for line in quoted if line.problem},
    )


def _recipients_problem(tactic: Tactic, contacts: tuple[Contact, ...], strangers: int) -> str:
    """Why a tactic cannot go to these people; empty when it can."""
    if strangers:
        return "A recipient is not in the buying committee of this account."
    for contact in contacts:
        if problem := why_not(contact, tactic):
            return _cannot_be_chosen(contact, problem)
    least, most = tactic.minimum_recipients, tactic.maximum_recipients
    if not least <= len(contacts) <= most:
        number = str(least) if least == most else f"{least} to {most}"
        return f"Choose {number} {'person' if most == 1 else 'people'}; {len(contacts)} chosen."
    if tactic.stock_left is not None and len(contacts) > tactic.stock_left and not tactic.is_awaited:
        return f"{len(contacts)} are needed, and {tactic.stock_left} are left in the store."
    return ""


def _too_often(contacts: tuple[Contact, ...], diary: Diary, tactic: Tactic, on: date) -> str:
    """Who of them would be touched too often in the week of that day; empty when nobody would."""
    for contact in contacts:
        if problem := diary.why_not(contact.pk, tactic.channel, on):
            return _cannot_be_chosen(contact, problem)
    return ""


def _cannot_be_chosen(contact: Contact, problem: str) -> str:
    return f"{contact.name} cannot be chosen: {problem[0].lower()}{problem[1:]}."
