"""What may be ordered for an account: price, promise, what is left, and if not, why not.

The page, the live total and `place_order` all ask here, so that they never disagree.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, groupby
from typing import NamedTuple

from django.conf import settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.budgets.models.envelope import closest
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.numbers import money_text as money
from abmhub.menus.limits import limit_of
from abmhub.menus.models import Category, MenuDraft, MenuItem, Tactic
from abmhub.menus.models.menu import MenuItemQuerySet
from abmhub.menus.stages import FunnelStage, stages_of
from abmhub.orders.ladder import Ladder, ladder_of
from abmhub.orders.models import OrderLine
from abmhub.orders.promises import Promise, promises_for
from abmhub.orders.touches import Diary, diary_of, week_of
from abmhub.users.models import User


@dataclass(frozen=True)
class Offer:
    """One line of the menu. `problem` is empty when it can be ticked; `remedy` says what would change that."""

    item: MenuItem
    promise: Promise
    quota_left: int
    suited: tuple[Contact, ...] = ()
    problem: str = ""
    remedy: str = ""

    @property
    def tactic(self) -> Tactic:
        return self.item.tactic

    @property
    def promise_on(self) -> date:
        return self.promise.on

    @property
    def unit_cost(self) -> Decimal:
        """For one recipient, in the currency of the menu."""
        return self.tactic.unit_cost

    @property
    def stock_left(self) -> int | None:
        """Pieces in the store that nobody else was promised; None when it is made, or comes in, to order."""
        return None if self.tactic.is_awaited else self.tactic.stock_left


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
    stage: FunnelStage | None = None
    ladder: Ladder | None = None
    diary: Diary = field(default_factory=Diary)
    problem: str = ""
    remedy: str = ""

    @property
    def offers(self) -> list[Offer]:
        return [offer for shelf in self.categories for offer in shelf.offers]

    @property
    def counts_from(self) -> str:
        """From which day what is ordered now counts by everybody's calendar, as a sentence; empty when that is today.

        Where a team has its own, the tactic says so itself.
        """
        promises = (offer.promise for offer in self.offers)
        return next((each.counts_from for each in promises if each.calendar_id is None), "")

    @property
    def tightest(self) -> Envelope | None:
        """Of the envelope that pays and those above it, the one with the least left; None without any."""
        return min(self.envelope.path, key=lambda one: one.free_amount) if self.envelope else None

    @property
    def free_amount(self) -> Decimal | None:
        """What can still be ordered: what is left on every level. None without an envelope."""
        return self.tightest.free_amount if self.tightest else None

    def why_not(self, contact: Contact, tactic: Tactic, on: date) -> str:
        """Why somebody cannot get a tactic that is promised for that day; empty when they can."""
        return why_not(contact, tactic) or self.diary.why_not(contact.pk, tactic.channel, on)


class Verdict(NamedTuple):
    """Why something cannot be ordered, and what would change that; false when it can."""

    problem: str = ""
    remedy: str = ""

    def __bool__(self) -> bool:
        return bool(self.problem)


NO_TIER = Verdict(
    "This account is in no tier, so it has no menu: demand generation serves it.",
    "It gets a menu when its fit, intent and engagement reach a tier.",
)
GIVE_MONEY = "A marketing manager or an administrator can give this tier an envelope."


def menu_for(
    account: Account,
    *,
    by: User,
    at: datetime,
    draft: MenuDraft | None = None,
    tactics: Collection[int] | None = None,
) -> Menu:
    """The menu of an account as this person sees it at this moment, with its ladder.

    With a draft of the tier's menu it is the menu as that draft would make it; with `tactics` it has no more of them
    than those.
    """
    menu = menus_for([account.pk], by=by, at=at, draft=draft, tactics=tactics)[account.pk]
    return replace(menu, ladder=ladder_of(menu.account, menu.stage, at=at)) if menu.stage else menu


def menus_for(
    account_ids: Collection[int],
    *,
    by: User,
    at: datetime,
    draft: MenuDraft | None = None,
    tactics: Collection[int] | None = None,
) -> dict[int, Menu]:
    """The menus of accounts, by their ids, in a constant number of queries; with `tactics` no more of them than those.

    The tier of each is the one that stands now. Whoever orders pays, or their team; for somebody in no team, the
    account's owner does.
    """
    accounts = Account.objects.select_related("owner", "standing__tier").filter(pk__in=account_ids)
    people = Contact.objects.filter(account__in=account_ids).known().select_related("buying_role", "persona")
    committees: dict[int, list[Contact]] = {}
    for contact in people.prefetch_related("opt_outs").order_by("buying_role__position", "name", "pk"):
        committees.setdefault(contact.account_id, []).append(contact)
    menus = {account.pk: _blank(account, committees.get(account.pk, ())) for account in accounts}
    entitled = [menu for menu in menus.values() if menu.tier and not menu.problem]
    return menus | _filled(entitled, by, at, draft, tactics) if entitled else menus


def _blank(account: Account, committee: Sequence[Contact]) -> Menu:
    """The menu before anything is on it, with the reason when nothing can be."""
    standing: Standing | None = getattr(account, "standing", None)
    menu = Menu(
        account=account,
        tier=standing.tier if standing else None,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        contacts=tuple(committee),
    )
    if standing and standing.disqualified_by:
        return replace(
            menu,
            problem=f"The ideal customer profile rules this account out: {standing.disqualified_by}.",
            remedy="Correct the facts of the account if they are wrong; the next night decides anew.",
        )
    return menu if menu.tier else replace(menu, **NO_TIER._asdict())


def _filled(
    menus: Sequence[Menu], by: User, at: datetime, draft: MenuDraft | None, tactics: Collection[int] | None
) -> dict[int, Menu]:
    """The menus of accounts that are in a tier, with money, stage and offers."""
    day, ids = business_day(at), [menu.account.pk for menu in menus]
    payers = {menu.account.pk: by if by.team_id else menu.account.owner or by for menu in menus}
    envelopes = list(
        Envelope.objects.covering_any(accounts=ids, payers=set(payers.values()), currency=menus[0].currency, day=day)
    )
    tiers = {menu.tier for menu in menus if menu.tier}
    wanted = {} if tactics is None else {"tactic__in": tactics}
    on_menu = {tier.pk: list(_items_of(tier, day, draft).filter(**wanted)) for tier in tiers}
    stages = stages_of(ids, at=at)
    diary = diary_of([contact.pk for menu in menus for contact in menu.contacts], at=at)
    all_items = list(chain.from_iterable(on_menu.values()))
    ordered_on, promises = _ordered_on(ids, all_items, at), promises_for([item.tactic for item in all_items], at=at)
    filled = {}
    for menu in menus:
        account, payer, stage = menu.account, payers[menu.account.pk], stages[menu.account.pk]
        tier = menu.tier
        assert tier  # noqa: S101 - only menus of accounts in a tier come here
        envelope = closest(envelopes, tier=tier, payer=payer, account=account)
        menu = replace(menu, envelope=envelope, stage=stage, diary=diary)
        if envelope is None:
            menu = replace(menu, problem=f"No budget covers {tier} on {day:%-d %B %Y}.", remedy=GIVE_MONEY)
        items = [item for item in on_menu[tier.pk] if item.is_for(stage, account)]
        shelves = _shelves(menu, items, ordered_on.get(account.pk, {}), promises, day)
        filled[account.pk] = replace(menu, categories=shelves)
    return filled


def _items_of(tier: Tier, day: date, draft: MenuDraft | None) -> MenuItemQuerySet:
    is_drafted = draft is not None and draft.tier_id == tier.pk
    return MenuItem.objects.filter(draft=draft).as_menu() if is_drafted else MenuItem.objects.for_tier(tier).on(day)


def _shelves(
    menu: Menu,
    items: Sequence[MenuItem],
    ordered_on: Mapping[int, Sequence[date]],
    promises: Mapping[int, Promise],
    day: date,
) -> tuple[Shelf, ...]:
    """An offer for every item, by category."""
    offers = []
    for item in items:
        tactic, promise = item.tactic, promises[item.tactic_id]
        roles = {role.pk for role in tactic.suits_roles.all()}
        reachable = [contact for contact in menu.contacts if not why_not(contact, tactic)]
        free = [person for person in reachable if not menu.diary.why_not(person.pk, tactic.channel, promise.on)]
        first_counted = day - timedelta(days=item.quota_days - 1)
        counted = sorted(on for on in ordered_on.get(item.tactic_id, ()) if on >= first_counted)
        verdict = _verdict(menu, item, counted, reachable, day) or _busy(menu, tactic, reachable, free, promise.on)
        offers.append(
            Offer(
                item=item,
                promise=promise,
                quota_left=max(item.quota - len(counted), 0),
                suited=tuple(person for person in free if not roles or person.buying_role_id in roles),
                problem=verdict.problem,
                remedy=verdict.remedy,
            )
        )
    shelves = groupby(offers, key=lambda offer: offer.tactic.category)
    return tuple(Shelf(category, tuple(group)) for category, group in shelves)


def _ordered_on(
    account_ids: Collection[int], items: Sequence[MenuItem], at: datetime
) -> dict[int, dict[int, list[date]]]:
    """On which days each tactic was ordered for each account, as far back as any quota looks."""
    longest = timedelta(days=max((item.quota_days for item in items), default=0) + 1)
    lines = OrderLine.objects.filter(order__account__in=account_ids, order__placed_at__gt=at - longest)
    lines = lines.exclude(state=OrderLine.State.CANCELLED)
    days: dict[int, dict[int, list[date]]] = {}
    for account_id, tactic_id, placed_at in lines.values_list("order__account", "tactic", "order__placed_at"):
        days.setdefault(account_id, {}).setdefault(tactic_id, []).append(business_day(placed_at))
    return days


def _verdict(menu: Menu, item: MenuItem, counted: Sequence[date], reachable: Sequence[Contact], day: date) -> Verdict:
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
    if tactic.stock_left is not None and tactic.stock_left < least and not tactic.is_awaited:
        in_store = f"{tactic.stock_left} in the store, {least} are needed." if tactic.stock_left else "Out of stock."
        return Verdict(in_store, "Marketing can restock it.")
    if len(reachable) < least:
        too_few = f"It goes to {least} or more people, and {len(reachable)} can be reached here."
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


def _busy(
    menu: Menu, tactic: Tactic, reachable: Sequence[Contact], free: Sequence[Contact], promise_on: date
) -> Verdict:
    """Whether too few have room for one more touch in the week of the promise."""
    least = tactic.minimum_recipients
    if len(free) >= least:
        return Verdict()
    weeks = sorted(menu.diary.free_from(person.pk, tactic.channel, promise_on) for person in reachable)
    few = "Nobody has" if not free else f"It goes to {least} or more people, and {len(free)} have"
    return Verdict(
        f"{few} room for another touch in the week of {week_of(promise_on):%-d %B}.",
        f"Enough of them have from {weeks[least - 1]:%-d %B} on: at most so many touches reach a person in a week.",
    )


def _free_again(item: MenuItem, counted: Sequence[date]) -> str:
    """When enough of the counted orders, oldest first, are too old to count."""
    if not item.quota:
        return "An administrator can raise the quota."
    again_on = counted[len(counted) - item.quota] + timedelta(days=item.quota_days)
    return f"Free again on {again_on:%-d %B %Y}."


def why_not(contact: Contact, tactic: Tactic) -> str:
    """Why somebody cannot get a tactic, by what they said about its channel; empty when they can."""
    return contact.unreachable_reason_in(tactic.channel.code, tactic.channel.name)
