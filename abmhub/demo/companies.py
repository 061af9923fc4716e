"""The market: companies of many sectors and countries, some of them worth a closer look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum

from psycopg.types.json import Jsonb

from abmhub.accounts.models import Account, Segment
from abmhub.accounts.names import normalized
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy
from abmhub.demo.names import CompanyNames, Country, countries
from abmhub.demo.people import Staff
from abmhub.scoring.models import IcpProfile
from abmhub.users.models import User

INDUSTRIES = {
    "software": 14,
    "finance": 12,
    "technology": 10,
    "telecommunications": 5,
    "manufacturing": 13,
    "retail": 8,
    "healthcare": 8,
    "logistics": 6,
    "professional services": 6,
    "energy": 4,
    "construction": 4,
    "media": 3,
    "hospitality": 2.5,
    "agriculture": 2,
    "chemicals": 1.5,
    "education": 1,
}
"""Share of the market, in percent."""

TECHNOLOGIES = (
    "CRM in the cloud", "ERP on premises", "ERP in the cloud", "Data warehouse", "Service desk", "Document archive",
    "E-signature", "Identity provider", "Message bus", "Process robots", "Spreadsheet macros", "HR suite",
    "Project tracker", "Business intelligence",
)  # fmt: skip

MEDIAN_EMPLOYEES, EMPLOYEES_SPREAD = 74, 1.5
REVENUE_PER_EMPLOYEE = 165_000
FIT_OF_THE_TIERS, LEAST_KNOWN = 70, 40
"""What the shipped policy and profile ask, in percent; the night decides, this only aims."""


class Mood(Enum):
    """What an account has been up to lately."""

    HOT = "reads up elsewhere, and deals with us"
    WARM = "reads up elsewhere, hardly deals with us"
    STIRRED = "deals with us, reads up nowhere"
    FADING = "was hot some weeks ago"
    QUIET = "a visit now and then"
    SILENT = "next to nothing"


@dataclass(frozen=True, slots=True)
class Wave:
    """Some weeks in which a company reads up on a topic; weeks are counted from a year ago."""

    week: int
    weeks: int
    topic: int
    talks: bool
    """Whether its people deal with us meanwhile."""
    fervour: float = 1.0
    """How much more than usual they do."""


@dataclass(slots=True)
class Company:
    """An account in the making. Amounts are in the installation's currency."""

    id: int
    name: str
    domain: str | None
    country: Country
    city: str
    industry: str
    employees: int | None
    revenue: int | None
    acv: int | None
    founded: int | None
    technologies: list[str]
    refreshed_at: datetime | None
    created_at: datetime
    source: str = ""
    """The system that confirmed the facts last."""
    attributes: dict[str, str | int] = field(default_factory=dict)
    parent_id: int | None = None
    owner: User | None = None
    is_customer: bool = False
    is_promising: bool = False
    """Whether it looks like the ideal customer, as far as its facts are known."""
    mood: Mood = Mood.SILENT
    waves: list[Wave] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    """Its contacts, by number."""

    @property
    def segment(self) -> str:
        if self.employees is None:
            return ""
        if self.employees < 200:
            return Segment.SMB
        return Segment.MID_MARKET if self.employees < 1_500 else Segment.ENTERPRISE


class Market:
    """Makes up the companies one by one."""

    def __init__(self, throw: Dice, staff: Staff, calendar: Calendar, currency: str, first_id: int) -> None:
        self.throw, self.staff, self.calendar, self.first_id = throw, staff, calendar, first_id
        self.names = CompanyNames(throw)
        self.profile = _Profile(currency)
        self.companies: list[Company] = []
        self.countries = countries()

    def fill(self, number: int) -> list[Company]:
        """So many companies; one in sixteen is a branch of an earlier one."""
        shares = [country.share for country in self.countries]
        while len(self.companies) < number:
            place = self.throw.weighted(self.countries, shares)
            self.companies.append(self._branch(place) or self._company(place))
        return self.companies

    def _company(self, country: Country) -> Company:
        throw = self.throw
        industry = throw.weighted(list(INDUSTRIES), list(INDUSTRIES.values()))
        city = throw.pick(country.cities)
        name, _ = self.names.next(country, industry, city)
        domain = self.names.domain(name, country) if throw.chance(0.97) else None
        if throw.chance(0.22):
            name = f"{name} {throw.pick(country.forms)}"
        return self._with_facts(
            name, domain, country, city, industry, int(throw.around(MEDIAN_EMPLOYEES, EMPLOYEES_SPREAD))
        )

    def _branch(self, country: Country) -> Company | None:
        """A subsidiary in another country, smaller than its parent."""
        throw = self.throw
        if len(self.companies) < 50 or not throw.chance(0.06):
            return None
        parent = throw.pick(self.companies)
        if parent.parent_id or (parent.employees or 0) < 150 or parent.country is country:
            return None
        city = throw.pick(country.cities)
        name = self.names.daughter(parent.name.partition(" GmbH")[0], city)
        if name is None:
            return None
        employees = max(int((parent.employees or 150) * throw.uniform(0.05, 0.4)), 8)
        branch = self._with_facts(name, self.names.domain(name, country), country, city, parent.industry, employees)
        branch.parent_id = parent.id
        return branch

    def _with_facts(
        self, name: str, domain: str | None, country: Country, city: str, industry: str, employees: int
    ) -> Company:
        throw = self.throw
        employees = min(max(employees, 3), 48_000)
        revenue = round(employees * throw.around(REVENUE_PER_EMPLOYEE, 0.55), -5)
        acv = int(round(140 * employees**0.9 * throw.around(1, 0.25), -2)) or 100
        year = self.calendar.as_of.year
        founded = year - min(int(throw.gammavariate(2.2, 14)) + 1, 180)
        known = throw.random
        company = Company(
            id=self.first_id + len(self.companies),
            name=name,
            domain=domain,
            country=country,
            city=city,
            industry=industry if known() < 0.97 else "",
            employees=employees if known() < 0.95 else None,
            revenue=int(revenue) if known() < 0.9 else None,
            acv=acv if known() < 0.98 else None,
            founded=founded if known() < 0.88 else None,
            technologies=sorted(throw.sample(TECHNOLOGIES, throw.some(2.6))) if known() < 0.7 else [],
            refreshed_at=self._refreshed_at(),
            created_at=self._created_at(),
        )
        company.is_promising = self.profile.likes(company)
        reps = self.staff.reps[country.territory]
        if company.is_promising or throw.chance(0.25):
            company.owner = throw.pick(reps)
        return company

    def _refreshed_at(self) -> datetime | None:
        """Most facts were confirmed within the last two weeks, as agreed; some are stale."""
        throw, days = self.throw, len(self.calendar.days)
        if throw.chance(0.04):
            return None
        back = throw.randint(1, 13) if throw.chance(0.86) else throw.randint(15, 160)
        return self.calendar.moment(throw, days - back)

    def _created_at(self) -> datetime:
        """Most came with the first import; the others dripped in."""
        number = 0 if self.throw.chance(0.8) else self.calendar.day(self.throw)
        return self.calendar.moment(self.throw, number)


class _Profile:
    """The ideal customer profile in force, asked about companies that have no row yet."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        profile = IcpProfile.objects.in_force()
        self.criteria = list(profile.criteria.order_by("pk")) if profile else []

    def likes(self, company: Company) -> bool:
        """Whether its share of the criteria whose answer is known reaches the tiers; no disqualifier met."""
        account = Account(
            industry=company.industry,
            country=company.country.code,
            segment=company.segment,
            employees=company.employees,
            annual_revenue_amount=company.revenue,
            currency=self.currency,
            founded_year=company.founded,
            technologies=company.technologies,
        )
        met = known = 0
        for criterion in self.criteria:
            verdict = criterion.verdict(account)
            if verdict and criterion.is_disqualifier:
                return False
            if verdict is not None and not criterion.is_disqualifier:
                known += criterion.weight
                met += criterion.weight * verdict
        return known >= LEAST_KNOWN and 100 * met >= FIT_OF_THE_TIERS * known


def write(companies: Iterable[Company], territories: dict[str, int], currency: str) -> None:
    """Write the accounts."""
    copy(Account, ACCOUNT_FIELDS, (_row(company, territories, currency) for company in companies))


ACCOUNT_FIELDS = (
    "id", "name", "normalized_name", "domain", "parent", "owner", "territory", "industry", "country", "headquarters",
    "segment", "employees", "annual_revenue_amount", "acv_amount", "currency", "founded_year", "technologies",
    "attributes", "is_customer", "is_target", "refreshed_at", "refreshed_from", "created_at", "updated_at",
)  # fmt: skip


def _row(company: Company, territories: dict[str, int], currency: str) -> Sequence[object]:
    return (
        company.id,
        company.name,
        normalized(company.name),
        company.domain,
        company.parent_id,
        company.owner.pk if company.owner else None,
        territories[company.country.territory],
        company.industry,
        company.country.code,
        company.city,
        company.segment,
        company.employees,
        None if company.revenue is None else Decimal(company.revenue),
        None if company.acv is None else Decimal(company.acv),
        currency,
        company.founded,
        company.technologies,
        Jsonb(company.attributes),
        company.is_customer,
        True,
        company.refreshed_at,
        company.source,
        company.created_at,
        company.refreshed_at or company.created_at,
    )
