"""What may be ordered for an account: price, promise, what is left, and if not, why not.

The page, the live total and `place_order` all ask here, so that they never disagree.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.conf import settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.budgets.money import money
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.workdays import add_working_days, first_working_day
from abmhub.menus.limits import limit_of
from abmhub.menus.models import Category, MenuDraft, MenuItem, Tactic
from abmhub.menus.stages import stage_of
from abmhub.orders.ladder import Ladder, ladder_of
from abmhub.orders.models import OrderLine
from abmhub.users.models import User


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
    currency: str
    envelope: Envelope | None = None
    contacts: tuple[Contact, ...] = ()
    categories: tuple[Shelf, ...] = ()
    ladder: Ladder | None = None
    problem: str = ""
    remedy: str = ""

    @property
    def offers(self) -> list[Offer]:
        return [offer for shelf in self.categories for offer in shelf.offers]

    @property
    def tightest(self) -> Envelope | None:
        """Of the envelope that pays and those above it, the one with the least left; None without any."""
        return min(self.envelope.path, key=lambda one: one.free_amount) if self.envelope else None

    @property
    def free_amount(self) -> Decimal | None:
        """What can still be ordered: what is left on every level. None without an envelope."""
        return self.tightest.free_amount if self.tightest else None


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
        return add_working_days(self.offer.promise_on, self.starts_after_days) if self.offer else None

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


class Verdict(NamedTuple):
    """Why something cannot be ordered, and what would change that; empty when it can."""

    problem: str = ""
    remedy: str = ""


NO_TIER = Verdict(
    "This account is in no tier, so it has no menu: demand generation serves it.",
    "It gets a menu when its fit, intent and engagement reach a tier.",
)
GIVE_MONEY = "A marketing manager or an administrator can give this tier an envelope."


def menu_for(account: Account, *, by: User, at: datetime, draft: MenuDraft | None = None) -> Menu:
    """The menu of an account as this person sees it at this moment, in a constant number of queries.

    The tier is the one that stands now, whatever `account` was when it was loaded. Whoever orders
    pays, or their team; for somebody in no team, the account's owner does. With a draft of the tier's menu it is
    the menu as that draft would make it.
    """
    account = Account.objects.select_related("owner", "standing__tier").get(pk=account.pk)
    standing: Standing | None = getattr(account, "standing", None)
    people = account.contacts.known().select_related("buying_role", "persona").prefetch_related("opt_outs")
    tier = standing.tier if standing else None
    menu = Menu(
        account=account,
        tier=tier,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        contacts=tuple(people.order_by("buying_role__position", "name", "pk")),
    )
    if standing and standing.disqualified_by:
        return replace(
            menu,
            problem=f"The ideal customer profile rules this account out: {standing.disqualified_by}.",
            remedy="Correct the facts of the account if they are wrong; the next night decides anew.",
        )
    if tier is None:
        return replace(menu, **NO_TIER._asdict())
    day = business_day(at)
    payer = by if by.team_id else account.owner or by
    envelopes = Envelope.objects.covering(
        tier=tier,
        team_id=payer.team_id,
        rep_id=payer.pk,
        account_id=account.pk,
        currency=menu.currency,
        day=day,
    )
    menu = replace(menu, envelope=envelopes.first())
    if menu.envelope is None:
        menu = replace(menu, problem=f"No budget covers {tier} on {day:%-d %B %Y}.", remedy=GIVE_MONEY)
    is_drafted = draft is not None and draft.tier_id == tier.pk
    items = MenuItem.objects.filter(draft=draft).as_menu() if is_drafted else MenuItem.objects.for_tier(tier).on(day)
    stage = stage_of(account, at=at)
    menu = replace(menu, categories=_shelves(menu, list(items.at_stage(stage, account)), at))
    return replace(menu, ladder=ladder_of(account, stage, at=at))


def _shelves(menu: Menu, items: Sequence[MenuItem], at: datetime) -> tuple[Shelf, ...]:
    """An offer for every item, by category."""
    day, starts_on, ordered_on = business_day(at), first_working_day(at), _ordered_on(menu.account, items, at)
    offers = []
    for item in items:
        roles = {role.pk for role in item.tactic.suits_roles.all()}
        reachable = [contact for contact in menu.contacts if not why_not(contact, item.tactic)]
        first_counted = day - timedelta(days=item.quota_days - 1)
        counted = sorted(on for on in ordered_on.get(item.tactic_id, ()) if on >= first_counted)
        verdict = _verdict(menu, item, counted, len(reachable), day)
        offers.append(
            Offer(
                item=item,
                promise_on=add_working_days(starts_on, item.tactic.lead_time_days),
                quota_left=max(item.quota - len(counted), 0),
                suited=tuple(person for person in reachable if not roles or person.buying_role_id in roles),
                problem=verdict.problem,
                remedy=verdict.remedy,
            )
        )
    shelves = groupby(offers, key=lambda offer: offer.tactic.category)
    return tuple(Shelf(category, tuple(group)) for category, group in shelves)


def _ordered_on(account: Account, items: Sequence[MenuItem], at: datetime) -> dict[int, list[date]]:
    """On which days each tactic was ordered for the account, as far back as any quota looks."""
    longest = timedelta(days=max((item.quota_days for item in items), default=0) + 1)
    lines = OrderLine.objects.filter(order__account=account, order__placed_at__gt=at - longest)
    lines = lines.exclude(state=OrderLine.State.CANCELLED)
    days: dict[int, list[date]] = {}
    for tactic_id, placed_at in lines.values_list("tactic_id", "order__placed_at"):
        days.setdefault(tactic_id, []).append(business_day(placed_at))
    return days


def _verdict(menu: Menu, item: MenuItem, counted: Sequence[date], reachable: int, day: date) -> Verdict:
    """Whether an item can be ticked: `counted` are the days of the orders that count against its quota."""
    tactic, least = item.tactic, item.tactic.minimum_recipients
    if menu.tightest is None:
        return Verdict("No budget covers it.", GIVE_MONEY)
    if tactic.currency != menu.currency:
        return Verdict(
            f"It is priced in {tactic.currency}, and orders are paid in {menu.currency}.",
            "An administrator can price it anew.",
        )
    if limit := limit_of(tactic, account=menu.account, day=day):
        return Verdict(*limit)
    if len(counted) >= item.quota:
        return Verdict(
            f"Ordered {len(counted)} of {item.quota} times in {item.quota_days} days.", _free_again(item, counted)
        )
    if tactic.stock_left is not None and tactic.stock_left < least:
        in_store = f"{tactic.stock_left} in the store, {least} are needed." if tactic.stock_left else "Out of stock."
        return Verdict(in_store, "Marketing can restock it.")
    if reachable < least:
        too_few = f"It goes to {least} or more people, and {reachable} can be reached here."
        return Verdict(
            "Nobody here can be reached." if least == 1 else too_few,
            "Add people with an email or a phone to the buying committee.",
        )
    if tactic.unit_cost * least > menu.tightest.free_amount:
        return Verdict(
            f"{money(tactic.unit_cost * least, menu.currency)} at least: more than is left in the budget.",
            f"Orders that are cancelled give money back to {menu.tightest.name}.",
        )
    return Verdict()


def _free_again(item: MenuItem, counted: Sequence[date]) -> str:
    """When enough of the counted orders, oldest first, are too old to count."""
    if not item.quota:
        return "An administrator can raise the quota."
    again_on = counted[len(counted) - item.quota] + timedelta(days=item.quota_days)
    return f"Free again on {again_on:%-d %B %Y}."


def quote(menu: Menu, lines: Sequence[LineRequest], days_after: Mapping[int, int] | None = None) -> Quote:
    """What these boxes come to on this menu, without asking the database.

    `days_after` says of the tactics of a play, by their ids, after how many working days the work begins.
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
        quoted.append(QuotedLine(line, offer, known, problem, (days_after or {}).get(line.tactic_id, 0)))
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


def why_not(contact: Contact, tactic: Tactic) -> str:
    """Why somebody cannot get a tactic, by what they said about its channel; empty when they can."""
    return contact.unreachable_reason_in(tactic.channel.code, tactic.channel.name)


def _recipients_problem(tactic: Tactic, contacts: tuple[Contact, ...], strangers: int) -> str:
    """Why a tactic cannot go to these people; empty when it can."""
    if strangers:
        return "A recipient is not in the buying committee of this account."
    for contact in contacts:
        if problem := why_not(contact, tactic):
            return f"{contact.name} cannot be chosen: {problem[0].lower()}{problem[1:]}."
    least, most = tactic.minimum_recipients, tactic.maximum_recipients
    if not least <= len(contacts) <= most:
        number = str(least) if least == most else f"{least} to {most}"
        return f"Choose {number} {'person' if most == 1 else 'people'}; {len(contacts)} chosen."
    if tactic.stock_left is not None and len(contacts) > tactic.stock_left:
        return f"{len(contacts)} are needed, and {tactic.stock_left} are left in the store."
    return ""
