"""What may be ordered for an account: price, promise, what is left, and if not, why not.

The page, the live total and `place_order` all ask here, so that they never disagree.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from django.conf import settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.budgets.money import money
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.workdays import add_working_days, first_working_day
from abmhub.menus.models import Category, MenuItem, Tactic
from abmhub.orders.models import OrderLine
from abmhub.users.models import User


@dataclass(frozen=True)
class LineRequest:
    """One ticked box: a tactic, the people it is for, and what it should achieve."""

    tactic_id: int
    contact_ids: Sequence[int]
    goal: str = ""


@dataclass(frozen=True)
class Offer:
    """One line of the menu. `problem` is empty when it can be ticked; `remedy` says what would change that."""

    item: MenuItem
    promise_on: date
    quota_left: int
    suited: tuple[Contact, ...] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def tactic(self) -> Tactic:
        return self.item.tactic

    @property
    def unit_cost(self) -> Decimal:
        """For one recipient, in the currency of the menu."""
        return self.tactic.unit_cost

    @property
    def stock_left(self) -> int | None:
        """Pieces in the store that nobody else was promised; None when it is made to order."""
        return self.tactic.stock_left


@dataclass(frozen=True)
class Shelf:
    """A category of the menu with its offers."""

    category: Category
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Menu:
    """What one person may order for one account at one moment.

    `problem` is empty when anything can be ordered at all, and `remedy` says what would change that.
    `contacts` are the whole buying committee, also those whom nothing may be sent to.
    """

    account: Account
    tier: Tier | None
    envelope: Envelope | None
    currency: str
    contacts: tuple[Contact, ...] = ()
    categories: tuple[Shelf, ...] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def offers(self) -> list[Offer]:
        return [offer for shelf in self.categories for offer in shelf.offers]

    @property
    def free_amount(self) -> Decimal | None:
        """What is left in the envelope; None without one."""
        return self.envelope.free_amount if self.envelope else None


@dataclass(frozen=True)
class QuotedLine:
    """What one ticked box comes to. `offer` is None when the tactic is not on the menu."""

    request: LineRequest
    offer: Offer | None
    contacts: tuple[Contact, ...]
    problem: str = ""

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
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not self.problem and not self.problems


def menu_for(account: Account, *, by: User, at: datetime) -> Menu:
    """The menu of an account as this person sees it at this moment, in a constant number of queries.

    The tier is the one that stands now, whatever `account` was when it was loaded. The team that orders
    pays; for somebody in no team, the team of the account's owner does.
    """
    account = Account.objects.select_related("owner", "standing__tier").get(pk=account.pk)
    standing: Standing | None = getattr(account, "standing", None)
    currency = settings.ABMHUB_BUSINESS_CURRENCY
    day = business_day(at)
    contacts = tuple(
        account.contacts.select_related("buying_role", "persona").order_by("buying_role__position", "name", "pk")
    )
    if standing and standing.disqualified_by:
        return Menu(
            account,
            standing.tier,
            None,
            currency,
            contacts,
            problem=f"The ideal customer profile rules this account out: {standing.disqualified_by}.",
            remedy="Correct the facts of the account if they are wrong; the next night decides anew.",
        )
    if standing is None or standing.tier is None:
        return Menu(
            account,
            None,
            None,
            currency,
            contacts,
            problem="This account is in no tier, so it has no menu: demand generation serves it.",
            remedy="It gets a menu when its fit, intent and engagement reach a tier.",
        )
    envelope = Envelope.objects.covering(
        tier=standing.tier,
        team_id=by.team_id or (account.owner.team_id if account.owner else None),
        currency=currency,
        day=day,
    ).first()
    closed = (
        ("", "")
        if envelope
        else (
            f"No budget covers {standing.tier} on {day:%-d %B %Y}.",
            "A marketing manager or an administrator can give this tier an envelope.",
        )
    )
    people = tuple(contact for contact in contacts if contact.is_reachable)
    items = list(MenuItem.objects.for_tier(standing.tier).on(day))
    counter = _Counter(people, envelope, currency, at, _ordered_on(account, items, at))
    offers = [counter.offer(item) for item in items]
    shelves = groupby(offers, key=lambda offer: offer.tactic.category)
    return Menu(
        account,
        standing.tier,
        envelope,
        currency,
        contacts,
        tuple(Shelf(category, tuple(group)) for category, group in shelves),
        *closed,
    )


def _ordered_on(account: Account, items: Sequence[MenuItem], at: datetime) -> dict[int, list[date]]:
    """On which days each tactic was ordered for the account, as far back as any quota looks."""
    longest = timedelta(days=max((item.quota_days for item in items), default=0) + 1)
    placed = OrderLine.objects.filter(order__account=account, order__placed_at__gt=at - longest)
    days: dict[int, list[date]] = {}
    for tactic_id, placed_at in placed.exclude(state=OrderLine.State.CANCELLED).values_list(
        "tactic_id", "order__placed_at"
    ):
        days.setdefault(tactic_id, []).append(business_day(placed_at))
    return days


class _Counter:
    """Makes an offer of each item: the facts that all of them share are read once."""

    def __init__(
        self,
        people: tuple[Contact, ...],
        envelope: Envelope | None,
        currency: str,
        at: datetime,
        ordered_on: dict[int, list[date]],
    ) -> None:
        self.people = people
        self.envelope = envelope
        self.currency = currency
        self.day = business_day(at)
        self.starts_on = first_working_day(at)
        self.ordered_on = ordered_on

    def offer(self, item: MenuItem) -> Offer:
        tactic = item.tactic
        roles = {role.pk for role in tactic.suits_roles.all()}
        counted = [
            day for day in self.ordered_on.get(tactic.pk, ()) if day > self.day - timedelta(days=item.quota_days)
        ]
        problem, remedy = self._problem(item, counted)
        return Offer(
            item=item,
            promise_on=add_working_days(self.starts_on, tactic.lead_time_days),
            quota_left=max(item.quota - len(counted), 0),
            suited=tuple(person for person in self.people if not roles or person.buying_role_id in roles),
            problem=problem,
            remedy=remedy,
        )

    def _problem(self, item: MenuItem, counted: list[date]) -> tuple[str, str]:
        """Why an item cannot be ticked, and what would change that; two empty texts when it can."""
        tactic, least = item.tactic, item.tactic.minimum_recipients
        if self.envelope is None:
            return "No budget covers it.", "A marketing manager or an administrator can give this tier an envelope."
        if tactic.currency != self.currency:
            return (
                f"It is priced in {tactic.currency}, and orders are paid in {self.currency}.",
                "An administrator can price it anew.",
            )
        if len(counted) >= item.quota:
            again_on = (
                sorted(counted)[len(counted) - item.quota] + timedelta(days=item.quota_days) if item.quota else None
            )
            return (
                f"Ordered {len(counted)} of {item.quota} times in {item.quota_days} days.",
                f"Free again on {again_on:%-d %B %Y}." if again_on else "An administrator can raise the quota.",
            )
        if tactic.stock_left is not None and tactic.stock_left < least:
            return (
                "Out of stock." if not tactic.stock_left else f"{tactic.stock_left} in the store, {least} are needed.",
                "Marketing can restock it.",
            )
        if len(self.people) < least:
            return (
                f"It goes to {least} or more people, and {len(self.people)} can be reached here."
                if least > 1
                else "Nobody here can be reached.",
                "Add people with an email or a phone to the buying committee.",
            )
        if tactic.unit_cost * least > self.envelope.free_amount:
            return (
                f"{money(tactic.unit_cost * least, self.currency)} at least: more than is left in the budget.",
                f"Orders that are cancelled give money back to {self.envelope.name}.",
            )
        return "", ""


def quote(menu: Menu, lines: Sequence[LineRequest]) -> Quote:
    """What these boxes come to on this menu, without asking the database.

    A role that a tactic suits is advice: somebody else may get it too.
    """
    offers = {offer.tactic.pk: offer for offer in menu.offers}
    contacts = {contact.pk: contact for contact in menu.contacts}
    times = Counter(line.tactic_id for line in lines)
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
        quoted.append(QuotedLine(line, offer, known, problem))
    total = sum((line.cost for line in quoted), Decimal(0))
    free_after = None if menu.free_amount is None else menu.free_amount - total
    problem = menu.problem
    if not problem and menu.envelope and free_after is not None and free_after < 0:
        problem = (
            f"The total of {money(total, menu.currency)} is {money(-free_after, menu.currency)} more than is left "
            f"in {menu.envelope.name}."
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
        if not contact.is_reachable:
            return f"{contact.name} cannot be chosen: {contact.unreachable_reason.lower()}."
    least, most = tactic.minimum_recipients, tactic.maximum_recipients
    if not least <= len(contacts) <= most:
        number = str(least) if least == most else f"{least} to {most}"
        return f"Choose {number} {'person' if most == 1 else 'people'}; {len(contacts)} chosen."
    if tactic.stock_left is not None and len(contacts) > tactic.stock_left:
        return f"{len(contacts)} are needed, and {tactic.stock_left} are left in the store."
    return ""
