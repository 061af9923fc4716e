"""What reps ticked: orders for accounts in the tier of that day, from its menu, to people who can be reached."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import accumulate
from uuid import UUID

from abmhub.core.days import business_day
from abmhub.core.workdays import add_working_days, first_working_day, is_working_day
from abmhub.demo.committees import Member
from abmhub.demo.companies import Company
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.people import Staff
from abmhub.demo.words import sections
from abmhub.menus import recipes
from abmhub.menus.models import MenuItem, Tactic, TacticVersion
from abmhub.users.models import User

DAYS_OF_ORDERS = 182
LINES = {1: 46, 2: 30, 3: 17, 4: 7}
"""How many boxes are ticked at once, in percent."""
LIKELINESS = {1: 30.0, 2: 5.0, 3: 0.6}
"""How likely an account of a tier is ordered for."""
FAVOUR_FOR_THE_SHOWN = 1.8
"""The rep whom visitors sign in as orders more than the others, so that there is something to see."""


class Fate(Enum):
    """What becomes of an order line, where it is not left to chance."""

    CHANCE = "chance"
    UNCLAIMED = "unclaimed"
    IN_PROGRESS = "in progress"
    WAITING_ON_REP = "waiting on the rep"
    WAITING_ON_RECIPIENT = "waiting on a recipient"
    WAITING_ON_VENDOR = "waiting on a vendor"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Line:
    """An order line in the making."""

    tactic: Tactic
    members: list[Member]
    goal: str
    promised_on: date
    fate: Fate = Fate.CHANCE
    by_the_shown: bool = False
    """Whether the marketer whom visitors sign in as works on it."""
    id: int = 0

    @property
    def cost(self) -> Decimal:
        return self.tactic.unit_cost * len(self.members)

    @property
    def reference(self) -> str:
        return f"order-line-{self.id}"


@dataclass(slots=True)
class Order:
    """An order in the making."""

    company: Company
    tier: int
    by: User
    at: datetime
    note: str
    key: UUID
    lines: list[Line] = field(default_factory=list)
    id: int = 0

    @property
    def starts_on(self) -> date:
        return first_working_day(self.at)


@dataclass(frozen=True)
class Wish:
    """Something a visitor must find: a line due so many working days from today, and what became of it."""

    fate: Fate
    due: int
    from_the_shown: bool
    to_the_shown: bool = False
    times: int = 1


WISHES = (
    # The rep's day: promised for today, just delivered, owed a call, waited for, still to be cancelled.
    Wish(Fate.IN_PROGRESS, 0, from_the_shown=True, to_the_shown=True, times=2),
    Wish(Fate.IN_PROGRESS, 0, from_the_shown=True),
    Wish(Fate.WAITING_ON_REP, 2, from_the_shown=True, to_the_shown=True),
    Wish(Fate.UNCLAIMED, 4, from_the_shown=True, times=2),
    Wish(Fate.DELIVERED, -1, from_the_shown=True, to_the_shown=True, times=2),
    Wish(Fate.DELIVERED, -5, from_the_shown=True),
    Wish(Fate.CANCELLED, 5, from_the_shown=True),
    # The marketer's day: due today, overdue, waiting; and what nobody has claimed.
    Wish(Fate.IN_PROGRESS, 0, from_the_shown=False, to_the_shown=True, times=2),
    Wish(Fate.IN_PROGRESS, -2, from_the_shown=False, to_the_shown=True),
    Wish(Fate.IN_PROGRESS, -3, from_the_shown=True, to_the_shown=True),
    Wish(Fate.WAITING_ON_VENDOR, 3, from_the_shown=False, to_the_shown=True),
    Wish(Fate.WAITING_ON_RECIPIENT, 4, from_the_shown=False, to_the_shown=True),
    Wish(Fate.IN_PROGRESS, 3, from_the_shown=False, to_the_shown=True, times=2),
    Wish(Fate.UNCLAIMED, 0, from_the_shown=False, times=2),
    Wish(Fate.UNCLAIMED, -1, from_the_shown=False),
    Wish(Fate.UNCLAIMED, 2, from_the_shown=False, times=3),
    Wish(Fate.CANCELLED, -3, from_the_shown=False),
)


class Shop:
    """Makes up orders that the menu would have allowed."""

    def __init__(self, throw: Dice, calendar: Calendar, staff: Staff, members: list[Member], tiers: "TierBook") -> None:
        self.throw, self.calendar, self.staff, self.members, self.tiers = throw, calendar, staff, members, tiers
        self.menus: dict[int, list[MenuItem]] = {}
        for item in MenuItem.objects.select_related("tactic__channel").order_by("tier", "tactic"):
            self.menus.setdefault(item.tier_id, []).append(item)
        self.roles = {
            tactic.pk: {role.code for role in tactic.suits_roles.all()}
            for tactic in Tactic.objects.prefetch_related("suits_roles")
        }
        versions = TacticVersion.objects.filter(pk__in=Tactic.objects.values("version"))
        self.recipes = {version.tactic_id: recipes.steps_of(version) for version in versions}
        self.ordered: dict[tuple[int, int], list[tuple[date, int]]] = {}
        """For account and tactic: the days on which it was ordered, with the quota of that day."""
        self.pieces = {tactic.pk: tactic.stock_on_hand for tactic in Tactic.objects.exclude(stock_on_hand=None)}
        self.orders: list[Order] = []
        self.granted: set[int] = set()
        self.texts = sections("notes")

    def fill(self, companies: list[Company], number: int) -> list[Order]:
        """About so many orders and those of WISHES, numbered in the order in which they were placed."""
        tiered = [
            company for company in companies if company.owner and self.tiers.of(company) and self._people(company)
        ]
        until = list(accumulate(self._likeliness(company) for company in tiered))
        for wish in WISHES:
            for _ in range(wish.times):
                self._grant(wish, tiered)
        for _ in range(number if tiered else 0):
            company = tiered[bisect(until, self.throw.random() * until[-1])]
            self._order(company, self._moment())
        self.orders.sort(key=lambda order: (order.at, order.company.id))
        return self.orders

    def _likeliness(self, company: Company) -> float:
        favour = FAVOUR_FOR_THE_SHOWN if company.owner == self.staff.rep else 1.0
        return favour * LIKELINESS[self.tiers.of(company) or 3]

    def _moment(self) -> datetime:
        """A moment of a working day of the last half year; yesterday is the last."""
        today = len(self.calendar.days)
        while True:
            number = self.calendar.day(self.throw, max(today - DAYS_OF_ORDERS, 0))
            if is_working_day(self.calendar.days[number]):
                return self.calendar.moment(self.throw, number)

    def _people(self, company: Company) -> list[Member]:
        return [self.members[number] for number in company.members if self.members[number].is_reachable]

    def _order(self, company: Company, at: datetime) -> None:
        tier = self.tiers.on(company, business_day(at))
        if tier is None:
            return
        order = self._blank(company, tier, at)
        wanted = self.throw.weighted(list(LINES), list(LINES.values()))
        menu = self.throw.sample(self.menus[tier], len(self.menus[tier]))
        for item in menu:
            line = self._line(order, item)
            if line:
                order.lines.append(line)
            if len(order.lines) == wanted:
                break
        if order.lines:
            self.orders.append(order)

    def _blank(self, company: Company, tier: int, at: datetime) -> Order:
        by = company.owner or self.throw.pick(self.staff.reps[company.country.territory])
        if self.throw.chance(0.05) and by.team and by.team.manager:
            by = by.team.manager
        return Order(company, tier, by, at, "", UUID(int=self.throw.getrandbits(128), version=4))

    def _line(self, order: Order, item: MenuItem) -> Line | None:
        """The tactic for people it suits; None when the menu would have refused it that day."""
        throw, tactic, day = self.throw, item.tactic, business_day(order.at)
        people = self._people(order.company)
        suited = [each for each in people if not self.roles[tactic.pk] or each.role in self.roles[tactic.pk]]
        least = tactic.minimum_recipients
        if len(suited) < least or order.company.industry.casefold() in tactic.barred_industries:
            return None
        days = self.ordered.setdefault((order.company.id, tactic.pk), [])
        near = [quota for other, quota in days if abs((day - other).days) < item.quota_days]
        if len(near) >= min([item.quota, *near]):
            return None
        most = min(len(suited), tactic.maximum_recipients, max(least, throw.weighted((1, 2, 3, 4), (45, 30, 17, 8))))
        days.append((day, item.quota))
        chosen = throw.sample(suited, throw.randint(least, most))
        if not order.note and throw.chance(0.4):
            order.note = self._say(throw.pick(self.texts["order.note"]), order.company, chosen[0])
        goal = throw.pick(self.texts["goal"]) if throw.chance(0.75) else ""
        return Line(tactic, chosen, goal, add_working_days(order.starts_on, tactic.lead_time_days))

    def _say(self, text: str, company: Company, to: Member) -> str:
        return text.format(first=to.first, account=company.name, city=company.city)

    def _grant(self, wish: Wish, tiered: list[Company]) -> None:
        """An order of one line that fits the wish; on a day when nothing can be due, due on the next."""
        due = self._working_day(wish.due)
        book = [each for each in tiered if (each.owner == self.staff.rep) == wish.from_the_shown] or tiered
        book = sorted(book, key=lambda one: (one.id in self.granted, self.tiers.of(one) or 9, self.throw.random()))
        for company in book[:60]:
            tier = self.tiers.of(company) or 3
            for item in self.throw.sample(self.menus[tier], len(self.menus[tier])):
                at = self._placed_for(due, item.tactic.lead_time_days)
                if at is None:
                    continue
                order = self._blank(company, tier, at)
                order.by = company.owner or order.by
                if line := self._line(order, item):
                    line.fate, line.by_the_shown = wish.fate, wish.to_the_shown
                    order.lines.append(line)
                    self.orders.append(order)
                    self.granted.add(company.id)
                    return

    def _working_day(self, distance: int) -> date:
        """The working day that lies so many of them after today, or before."""
        day = add_working_days(self.calendar.as_of, max(distance, 0))
        while distance < 0:
            day -= timedelta(days=1)
            distance += is_working_day(day)
        return day

    def _placed_for(self, due: date, lead: int) -> datetime | None:
        """A moment before today at which the promise was that day; None when there is none."""
        today = len(self.calendar.days)
        for number in range(today - 1, max(today - 70, 0), -1):
            day = self.calendar.days[number]
            if not is_working_day(day):
                continue
            at = self.calendar.moment(self.throw, number)
            if add_working_days(first_working_day(at), lead) == due:
                return at
        return None


class TierBook:
    """Which tier an account was in on a day, as far back as the nights went that were run."""

    def __init__(self, moves: Iterator[tuple[int, date, int | None]]) -> None:
        self.moves: dict[int, list[tuple[date, int | None]]] = {}
        for account, day, tier in moves:
            self.moves.setdefault(account, []).append((day, tier))

    def of(self, company: Company) -> int | None:
        """The tier it is in now."""
        moves = self.moves.get(company.id)
        return moves[-1][1] if moves else None

    def on(self, company: Company, day: date) -> int | None:
        """The tier on the day; before the first night that was run, the one that this found."""
        moves = self.moves.get(company.id)
        if not moves:
            return None
        before = [tier for moved_on, tier in moves if moved_on <= day]
        return before[-1] if before else moves[0][1]
