"""The figures that metrics are made of: each is the sum of rows, and says which.

The night (metrics/summing.py) and the page that opens them take the same QuerySet and the same condition, so that a
tile equals its rows by construction: there is no second definition that could drift from the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Expression, F, Q

from abmhub.committee.models import ContentStage, Stance
from abmhub.metrics import rows
from abmhub.metrics.models.entry import REPUTATION as REPUTATION_KINDS
from abmhub.metrics.models.entry import SHARES
from abmhub.metrics.models.entry import Kind as Entered
from abmhub.metrics.spans import WHOLE, By, Cut, Window
from abmhub.pipeline.models import Contract

Rows = models.QuerySet[Any]
Condition = Q | Expression


class Unit(models.TextChoices):
    """What a number counts: rows, or what they add up to. A share is 0-1."""

    COUNT = "count", ""
    SUM = "sum", ""
    MONEY = "money", "money"
    MONEY_A_DAY = "money_a_day", "money a day"
    SHARE = "share", "share"
    DAYS = "days", "days"
    MONTHS = "months", "months"
    EACH = "each", "for each"


class Of(models.TextChoices):
    """What the rows behind a figure are."""

    ACCOUNT = "account", "accounts"
    ROLE = "role", "roles of accounts"
    CONTACT = "contact", "people"
    DEAL = "deal", "deals"
    CONTRACT = "contract", "contracts"
    TOUCH = "touch", "touches"
    LINE = "line", "order lines"
    SPEND = "spend", "days of spend"
    CONTENT = "content", "days by kind of engagement"
    ENTRY = "entry", "entries"


ACCOUNT_CUTS = {
    By.TIER: "standing__tier_id",
    By.SEGMENT: "segment",
    By.INDUSTRY: "industry",
    By.TERRITORY: "territory__name",
}


def _through(path: str) -> dict[By, str]:
    return {by: f"{path}__{name}" for by, name in ACCOUNT_CUTS.items()}


CUTS: dict[Of, Mapping[By, str]] = {
    Of.ACCOUNT: ACCOUNT_CUTS,
    Of.ROLE: _through("account"),
    Of.CONTACT: _through("account"),
    Of.DEAL: {By.MOTION: "motion", **_through("account"), By.TERRITORY: "territory__name"},
    Of.CONTRACT: _through("account"),
    Of.TOUCH: _through("account"),
    Of.LINE: _through("order__account"),
    Of.SPEND: {By.MOTION: "campaign__motion"},
    Of.CONTENT: {},
    Of.ENTRY: {},
}
"""By which fields the rows can be cut; others cannot be told apart by it."""


TOLD, KNOWN_OF_LATE = ("-told_on", "-pk"), ("-pk",)
BEGUN_OF_LATE, CLOSED_OF_LATE = ("-engaged_on", "-pk"), ("-closed_on", "-pk")
NEWEST: Mapping[Of, tuple[str, ...]] = {
    Of.ACCOUNT: KNOWN_OF_LATE,
    Of.ROLE: KNOWN_OF_LATE,
    Of.CONTACT: KNOWN_OF_LATE,
    Of.TOUCH: ("-occurred_at", "-pk"),
    Of.LINE: ("-delivered_at", "-pk"),
}
"""The order of rows, newest first, as an index has it: of a million the first hundred are found without the others."""


@dataclass(frozen=True)
class Figure:
    """A sum of rows. `find(first, last)` gives those of the days between, both included; `where` says which of them.

    Each row carries `told_on`, the day it counts from, and `number`, what it adds unless `adds` says another: empty
    where that is not known. Figures with the same `find` are summed in one pass. A stock is not of a span of days, but
    as things stand on the last of them. `order` says more than NEWEST: of the few among many, that they are found first
    and then sorted.
    """

    code: str
    name: str
    of: Of
    find: Callable[[date, date], Rows]
    unit: Unit = Unit.COUNT
    is_stock: bool = False
    where: Condition | None = None
    adds: Expression | F | None = None
    order: tuple[str, ...] = ()

    @property
    def newest(self) -> tuple[str, ...]:
        """The columns that put the newest of its rows first; none of them is empty."""
        return self.order or NEWEST.get(self.of, TOLD)

    @property
    def is_confidential(self) -> bool:
        """What the company spends, or somebody entered: not for everybody who sells."""
        return self.of in (Of.SPEND, Of.ENTRY)

    @property
    def cuts(self) -> Mapping[By, str]:
        return CUTS[self.of]

    def behind(self, *, on: date, window: Window, cut: Cut = WHOLE) -> Rows:
        """The rows behind the figure of a day, in one slice."""
        found = self.find(window.first_day(on), on)
        if self.where is not None:
            found = found.filter(self.where)
        if self.adds is not None:
            found = found.annotate(number=self.adds)
        return found.filter(self._is_in(cut)) if cut.by else found

    def _is_in(self, cut: Cut) -> Q:
        path = self.cuts[By(cut.by)]
        if cut.key:
            return Q(**{path: cut.key})
        is_nothing = Q(**{f"{path}__isnull": True})
        return is_nothing if path.endswith("_id") else is_nothing | Q(**{path: ""})


@dataclass(frozen=True)
class Sum:
    """What the rows of a figure come to: how many, of how many the number is known, and their sum."""

    rows: int = 0
    known: int = 0
    amount: Any = field(default=0)


def _count(code: str, name: str, of: Of, find: Callable[[date, date], Rows], **more: Any) -> Figure:
    return Figure(code, name, of, find, **more)


def _money(code: str, name: str, of: Of, find: Callable[[date, date], Rows], **more: Any) -> Figure:
    return Figure(code, name, of, find, Unit.MONEY, **more)


def _entered(kind: Entered, unit: Unit, *, is_stock: bool = False) -> Figure:
    find = rows.newest_entries if is_stock else rows.entries
    return Figure(kind.value, str(kind.label), Of.ENTRY, find, unit, is_stock=is_stock, where=Q(kind=kind))


ACCOUNTS = _count("accounts", "Potential accounts", Of.ACCOUNT, rows.market, is_stock=True)
EXPECTED_ACV = _money("expected_acv", "Expected ACV", Of.ACCOUNT, rows.market_with_acv, is_stock=True)
CUSTOMERS = _count("customers", "Customers", Of.ACCOUNT, rows.customers, is_stock=True)
NEW_CUSTOMERS = _count("new_customers", "New customers", Of.ACCOUNT, rows.new_customers)
TARGETS = _count("targets", "Target accounts", Of.ACCOUNT, rows.targets, is_stock=True)
COVERED = _count("covered", "With every required role named", Of.ACCOUNT, rows.covered, is_stock=True, order=TOLD)
THREADED = _count("threaded", "With three people or more engaged", Of.ACCOUNT, rows.threaded, is_stock=True, order=TOLD)
ENGAGED = _count("engaged", "Engaged accounts", Of.ACCOUNT, rows.engaged, is_stock=True)

PEOPLE = Figure("people", "People known in buying roles", Of.ROLE, rows.people_known, Unit.SUM, is_stock=True)
CHAMPIONS = _count(
    "champions", "Champions", Of.CONTACT, rows.with_opinion, is_stock=True, where=Q(stance=Stance.CHAMPION)
)
BLOCKERS = _count("blockers", "Blockers", Of.CONTACT, rows.with_opinion, is_stock=True, where=Q(stance=Stance.BLOCKER))

WON = _count("won", "Won deals", Of.DEAL, rows.won, order=CLOSED_OF_LATE)
LOST = _count("lost", "Lost deals", Of.DEAL, rows.lost, order=CLOSED_OF_LATE)
OPEN = _count("open", "Open deals", Of.DEAL, rows.still_open, is_stock=True, order=KNOWN_OF_LATE)
WON_AMOUNT = _money("won_amount", "Won money", Of.DEAL, rows.won, order=CLOSED_OF_LATE)
OPEN_AMOUNT = _money("open_amount", "Open pipeline", Of.DEAL, rows.still_open, is_stock=True, order=KNOWN_OF_LATE)
CYCLE_DAYS = Figure(
    "cycle_days", "Days from begin to won", Of.DEAL, rows.won, Unit.DAYS,
    where=rows.BEGAN_IN_ORDER, adds=rows.DAYS_TO_CLOSE, order=CLOSED_OF_LATE,
)  # fmt: skip
BACKWARDS = _count(
    "backwards", "Won before they began", Of.DEAL, rows.won, where=rows.CLOSED_BEFORE_IT_BEGAN, order=CLOSED_OF_LATE
)
BEGUN = _count("begun", "Deals that began", Of.DEAL, rows.begun, order=BEGUN_OF_LATE)
BEGUN_AMOUNT = _money("begun_amount", "Pipeline that began", Of.DEAL, rows.begun, order=BEGUN_OF_LATE)
INFLUENCED = _count("influenced", "Influenced deals", Of.DEAL, rows.begun, where=rows.INFLUENCED, order=BEGUN_OF_LATE)
INFLUENCED_AMOUNT = _money(
    "influenced_amount", "Influenced pipeline", Of.DEAL, rows.begun, where=rows.INFLUENCED, order=BEGUN_OF_LATE
)
SOURCED_LEAD = _count(
    "sourced_lead", "Deals of a lead or campaign", Of.DEAL, rows.begun, where=rows.SOURCED_BY_LEAD, order=BEGUN_OF_LATE
)
SOURCED_FIRST = _count(
    "sourced_first",
    "Deals first touched by marketing",
    Of.DEAL,
    rows.begun,
    where=rows.SOURCED_BY_FIRST_TOUCH,
    order=BEGUN_OF_LATE,
)
SOURCED_BEFORE = _count(
    "sourced_before",
    "Deals touched before sales",
    Of.DEAL,
    rows.begun,
    where=rows.SOURCED_BEFORE_SALES,
    order=BEGUN_OF_LATE,
)
CONVERSIONS = _count(
    "conversions", "Won deals of engaged accounts", Of.DEAL, rows.won, where=rows.OF_ENGAGED, order=CLOSED_OF_LATE
)

CONTRACTS = _money("contracts", "ACV of contracts in force", Of.CONTRACT, rows.contracts, is_stock=True)
NEW_CONTRACTS = _money(
    "new_contracts", "ACV of new contracts", Of.CONTRACT, rows.contracts_begun, where=Q(kind=Contract.Kind.NEW)
)
EXPANSIONS = _money(
    "expansions", "ACV of expansions", Of.CONTRACT, rows.contracts_begun, where=Q(kind=Contract.Kind.EXPANSION)
)
DUE = _money("contracts_due", "ACV of contracts that were due", Of.CONTRACT, rows.contracts_due)
RENEWED = _money(
    "contracts_kept", "ACV of those that were renewed", Of.CONTRACT, rows.contracts_due, where=rows.RENEWED
)

INTERACTIONS = _count("interactions", "Touches of engaged accounts", Of.TOUCH, rows.touches, where=rows.OF_ENGAGED)
TOUCHES = _count("touches", "Touches", Of.TOUCH, rows.touches)
CONVERSATIONS = _count("conversations", "Conversations", Of.TOUCH, rows.touches, where=rows.CONVERSATION)
DELIVERED = _count("delivered", "Tactics delivered", Of.LINE, rows.delivered)
KEPT = _count("kept", "Delivered as promised", Of.LINE, rows.delivered, where=rows.AS_PROMISED)
FOLLOWED_UP = _count("followed_up", "Followed up in time", Of.LINE, rows.delivered, where=rows.FOLLOWED_UP)

CAMPAIGN_SPEND = _money("campaign_spend", "Campaign spend", Of.SPEND, rows.spend)
ORDER_SPEND = _money("order_spend", "Cost of delivered tactics", Of.LINE, rows.delivered, adds=F("cost"))

CONTENT = Figure("content", "Content engagements", Of.CONTENT, rows.content, Unit.SUM)
MEANINGFUL = Figure(
    "meaningful", "Meaningful engagements", Of.CONTENT, rows.content, Unit.SUM, where=Q(event_type__is_meaningful=True)
)
EARLY_CONTENT, MIDDLE_CONTENT, LATE_CONTENT = (
    Figure(
        code,
        f"Engagements with {stage.label} content",
        Of.CONTENT,
        rows.content,
        Unit.SUM,
        where=Q(event_type__content_stage=stage),
    )
    for code, stage in (
        ("early_content", ContentStage.TOFU),
        ("middle_content", ContentStage.MOFU),
        ("late_content", ContentStage.BOFU),
    )
)

SALARIES = _entered(Entered.SALARIES, Unit.MONEY)
TOOLS = _entered(Entered.TOOLS, Unit.MONEY)
EVENTS = _entered(Entered.EVENTS, Unit.MONEY)
EXTRA_SUPPORT = _entered(Entered.EXTRA_SUPPORT, Unit.MONEY)
GROSS_MARGIN = _entered(Entered.GROSS_MARGIN, Unit.SHARE, is_stock=True)
MONTHLY_CHURN = _entered(Entered.MONTHLY_CHURN, Unit.SHARE, is_stock=True)
LIFESPAN = _entered(Entered.LIFESPAN_MONTHS, Unit.MONTHS, is_stock=True)
REPUTATION: dict[str, Figure] = {
    kind.value: _entered(kind, Unit.SHARE if kind in SHARES else Unit.SUM, is_stock=True) for kind in REPUTATION_KINDS
}

FIGURES: dict[str, Figure] = {
    each.code: each for each in list(globals().values()) if isinstance(each, Figure)
} | REPUTATION

OF_THE_MARKET = (ACCOUNTS, EXPECTED_ACV)
"""The figures of all potential accounts, which the night can also take from the market that it keeps."""
