"""What accounts buy: deals of both motions that walk through their stages day by day, and the leads behind some."""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate
from sys import maxsize

from abmhub.accounts.models import AccountTeamMember
from abmhub.campaigns.models import Motion
from abmhub.demo.campaigns import Calendarium, market_of
from abmhub.demo.companies import INDUSTRIES, Company, Mood
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy, next_id
from abmhub.demo.names import CompanyNames, countries, person
from abmhub.demo.people import Staff
from abmhub.demo.stories import Stories
from abmhub.pipeline.models import Lead, Opportunity, Product, Stage, StageChange

PRODUCTS = (
    # name, series, list price a year, how often
    ("Flow Enterprise", "Flow", 60_000, 4),
    ("Flow Team", "Flow", 24_000, 4),
    ("Forms", "Flow", 12_000, 2),
    ("Connect", "Platform", 18_000, 2),
    ("Insight", "Platform", 15_000, 1),
)
PURPOSES = (
    "approvals", "shared services", "claims", "purchase requests", "customer onboarding", "month-end close",
    "quality records", "employee onboarding", "contract requests", "change control",
)  # fmt: skip

PATHS = {
    # stage: days in it (median), how many go on from it
    Motion.ABM: {"Prospecting": (15, 0.66), "Engaging": (31, 0.78), "Proposal": (28, 0.8), "Negotiation": (19, 0.84)},
    Motion.DEMAND_GEN: {
        "Prospecting": (13, 0.43), "Engaging": (23, 0.66), "Proposal": (21, 0.68), "Negotiation": (14, 0.74),
    },
}  # fmt: skip
PRICES = {Motion.ABM: 64_000, Motion.DEMAND_GEN: 60_000}
"""The median deal, in the installation's currency."""

MONTHS_OF_DEALS = 15
EAGERNESS = {Mood.HOT: 12, Mood.FADING: 8, Mood.STIRRED: 6, Mood.WARM: 2.5, Mood.QUIET: 1, Mood.SILENT: 0.25}
BECOME_MQL, BECOME_SQL = 0.25, 0.21
COME_BACK = 0.8
"""How many customers buy again, if there was time for it."""
OF_THE_MARKET = 0.35
"""How many leads work for a company that we know."""


@dataclass(slots=True)
class Deal:
    """An opportunity in the making. Days are counted from the first of the calendar."""

    id: int
    company: Company
    motion: Motion
    begun: int
    amount: Decimal | None
    stages: list[tuple[str, int]] = field(default_factory=list)
    """What it entered, and when."""

    @property
    def stage(self) -> str:
        return self.stages[-1][0]

    @property
    def is_open(self) -> bool:
        return self.stage not in ("Won", "Lost")

    @property
    def ended(self) -> int:
        """The day of its last stage; of an open deal the end of days."""
        return maxsize if self.is_open else self.stages[-1][1]


class Pipeline:
    """Makes up deals and leads; a company has no two open deals of one motion at once."""

    def __init__(self, throw: Dice, calendar: Calendar, stories: Stories) -> None:
        self.throw, self.calendar, self.stories = throw, calendar, stories
        self.today = len(calendar.days)
        self.first = self.today - MONTHS_OF_DEALS * 30
        self.first_id = next_id(Opportunity)
        self.deals: list[Deal] = []
        self.busy_until: dict[int, int] = {}

    def target(self, companies: list[Company], number: int) -> None:
        """So many deals of the ABM motion, at promising companies, most at those that were keen."""
        targets = [company for company in companies if company.is_promising and company.owner]
        until = list(accumulate(EAGERNESS[each.mood] * (1 + min((each.acv or 0) / 90_000, 1.5)) for each in targets))
        missing, attempts = number, 0
        while missing and attempts < 20 * number:
            attempts += 1
            company = targets[bisect(until, self.throw.random() * until[-1])]
            if self._open(company, Motion.ABM, self._growing_day()):
                missing -= 1

    def qualify(self, company: Company, day: int) -> Deal | None:
        """A deal of the demand-gen motion; None when the company is busy with another."""
        return self._open(company, Motion.DEMAND_GEN, day)

    def come_back(self, throw: Dice) -> None:
        """Many customers buy again some weeks after their deal was won, and soon: they know us.

        A second deal begins after the first was closed, and never while another with the company is open.
        """
        busy_until: dict[int, int] = {}
        for deal in self.deals:
            last = self.today if deal.is_open else deal.stages[-1][1]
            busy_until[deal.company.id] = max(busy_until.get(deal.company.id, 0), last)
        for first in [deal for deal in self.deals if deal.stage == "Won"]:
            begun = self._working(busy_until[first.company.id] + throw.randrange(5, 30))
            if begun >= self.today or not throw.chance(COME_BACK):
                continue
            again = Deal(self.first_id + len(self.deals), first.company, Motion.ABM, begun, first.amount)
            day = begun
            for stage in PATHS[Motion.ABM]:
                again.stages.append((stage, day))
                day = self._working(day + throw.randrange(4, 14))
                if day >= self.today:
                    break
            else:
                again.stages.append(("Won", day))
            self.deals.append(again)
            busy_until[first.company.id] = self.today if again.is_open else day

    def _growing_day(self) -> int:
        """A working day; the motion is young, so there are more of them lately."""
        start = self.first + int((self.today - self.first) * self.throw.random() ** 0.75 * 0.985)
        return self.calendar.day(self.throw, start, min(start + 7, self.today))

    def _open(self, company: Company, motion: Motion, day: int) -> Deal | None:
        if self.busy_until.get(company.id, -1) >= day:
            return None
        deal = Deal(self.first_id + len(self.deals), company, motion, day, self._price(company, motion))
        self._walk(deal)
        self.busy_until[company.id] = self.today if deal.is_open else deal.stages[-1][1] + 40
        self.deals.append(deal)
        if motion is Motion.ABM:
            self.stories.deal(company, day)
        if deal.stage == "Won":
            company.is_customer = True
        if deal.stage == "Prospecting" and self.throw.chance(0.5):
            deal.amount = None
        return deal

    def _price(self, company: Company, motion: Motion) -> Decimal:
        size = min(max((company.acv or 40_000) / 55_000, 0.3), 4) ** 0.35
        return Decimal(round(self.throw.around(PRICES[motion] * size, 0.28), -2))

    def _walk(self, deal: Deal) -> None:
        """Through the stages until it is won, lost, or today."""
        day = deal.begun
        for stage, (days, go_on) in PATHS[deal.motion].items():
            deal.stages.append((stage, day))
            day = self._working(day + max(int(self.throw.around(days, 0.45)), 1))
            if day >= self.today:
                return
            if not self.throw.chance(go_on):
                deal.stages.append(("Lost", day))
                return
        deal.stages.append(("Won", day))

    def _working(self, day: int) -> int:
        """The day, or the Monday after it."""
        if day >= self.today:
            return day
        return day + max(7 - self.calendar.days[day].weekday(), 0) * (self.calendar.days[day].weekday() > 4)


OPPORTUNITY_FIELDS = (
    "id", "name", "account", "account_name", "product", "product_name", "owner", "territory", "campaign", "motion",
    "stage", "amount", "currency", "engaged_on", "closed_on", "source", "external_id", "created_at",
)  # fmt: skip


def write(
    throw: Dice, calendar: Calendar, pipeline: Pipeline, staff: Staff, campaigns: Calendarium, currency: str
) -> None:
    """Write products, deals with their history, and who else works an account because of a deal."""
    Product.objects.bulk_create(
        Product(name=name, series=series, list_price_amount=price, currency=currency)
        for name, series, price, _ in PRODUCTS
    )
    stages = dict(Stage.objects.values_list("name", "pk"))
    rows, helpers = [], {}
    products = {product.name: product for product in Product.objects.all()}
    for deal in pipeline.deals:
        reps = staff.reps[deal.company.country.territory]
        owner = deal.company.owner or throw.pick(reps)
        if throw.chance(0.1):
            owner = throw.pick([rep for team in staff.reps.values() for rep in team])
            if owner != deal.company.owner:
                helpers[owner.pk, deal.company.id] = f"Owns a deal of {calendar.days[deal.begun]:%B %Y}"
        market = market_of(reps[0].team.name) if reps[0].team else "EMEA"
        campaign = campaigns.on(throw, deal.motion, market, calendar.days[deal.begun]) if throw.chance(0.7) else None
        product = products[throw.weighted([row[0] for row in PRODUCTS], [row[3] for row in PRODUCTS])]
        rows.append((
            deal.id, f"{product.name} for {throw.pick(PURPOSES)}", deal.company.id, deal.company.name,
            product.pk, product.name, owner.pk, staff.territories[deal.company.country.territory].pk,
            campaign.pk if campaign else None, deal.motion, stages[deal.stage], deal.amount, currency,
            calendar.days[deal.begun], None if deal.is_open else calendar.days[deal.stages[-1][1]],
            "crm", f"deal-{deal.id}", calendar.moment(throw, deal.begun),
        ))  # fmt: skip
    copy(Opportunity, OPPORTUNITY_FIELDS, rows)
    copy(
        StageChange,
        ("opportunity", "stage", "entered_on"),
        ((deal.id, stages[name], calendar.days[day]) for deal in pipeline.deals for name, day in deal.stages),
    )
    copy(
        AccountTeamMember,
        ("user", "account", "reason", "created_at"),
        ((user, account, reason, calendar.starts[-1]) for (user, account), reason in helpers.items()),
    )


LEAD_FIELDS = (
    "name", "company_name", "email", "account", "campaign", "created_on", "mql_on", "sql_on", "opportunity", "source",
    "external_id",
)  # fmt: skip


class Leads:
    """Makes up the people of the demand-gen motion; those who qualify get a deal."""

    def __init__(
        self,
        throw: Dice,
        calendar: Calendar,
        companies: list[Company],
        campaigns: Calendarium,
        pipeline: Pipeline,
        names: CompanyNames,
    ) -> None:
        self.throw, self.calendar, self.companies, self.campaigns = throw, calendar, companies, campaigns
        self.pipeline = pipeline
        self.names = names
        self.markets = sorted({market_of(team) for team in ("Americas", "Europe North", "Asia Pacific")})
        self.rows: list[tuple[object, ...]] = []

    def gather(self, number: int) -> None:
        """So many leads of the last fifteen months. Writes nothing yet: their deals come first."""
        while len(self.rows) < number:
            self.rows.append(self._lead())

    def write(self) -> int:
        """Write them; returns how many."""
        return copy(Lead, LEAD_FIELDS, self.rows)

    def _lead(self) -> tuple[object, ...]:
        throw, today = self.throw, self.pipeline.today
        born = self.calendar.day(throw, self.pipeline.first)
        mql = born + 1 + int(throw.expovariate(1 / 8)) if throw.chance(BECOME_MQL) else today
        sql = mql + 1 + int(throw.expovariate(1 / 7)) if throw.chance(BECOME_SQL) else today
        company = throw.pick(self.companies) if sql < today or throw.chance(OF_THE_MARKET) else None
        deal = self.pipeline.qualify(company, sql) if company and sql < today else None
        country = company.country if company else throw.pick(countries())
        found = person(throw, country.culture)
        if company:
            company_name, domain = company.name, company.domain
        else:
            company_name, _ = self.names.next(country, throw.pick(list(INDUSTRIES)), throw.pick(country.cities))
            domain = self.names.domain(company_name, country)
        campaign = self.campaigns.on(throw, Motion.DEMAND_GEN, throw.pick(self.markets), self._day(born))
        return (
            found.name,
            company_name,
            f"{found.mailbox}@{domain}" if domain else "",
            company.id if company else None,
            campaign.pk if campaign else None,
            self._day(born),
            self._day(mql) if mql < today else None,
            self._day(sql) if deal else None,
            deal.id if deal else None,
            "website",
            f"lead-{len(self.rows) + 1}",
        )

    def _day(self, number: int) -> date:
        return self.calendar.days[number]
