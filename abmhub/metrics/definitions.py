"""The seven metrics and the rival definitions of each. The first of a metric is ours until two people sign another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from abmhub.metrics import figures as of
from abmhub.metrics import formulas
from abmhub.metrics.figures import Figure, Sum, Unit
from abmhub.metrics.spans import By

Sums = Mapping[str, Sum]


class Metric(models.TextChoices):
    TAM = "tam", "Total addressable market"
    INFLUENCE = "influence", "Influence"
    CONTENT = "content", "Content engagement"
    WIN_RATE = "win_rate", "Win rate"
    ACV = "acv", "Annual contract value"
    CLV = "clv", "Customer lifetime value"
    CAC = "cac", "Customer acquisition cost"
    VELOCITY = "velocity", "Pipeline velocity"


@dataclass(frozen=True)
class Definition:
    """One way to define a metric: its formula in words, the figures in it, and where it comes from."""

    metric: Metric
    code: str
    name: str
    formula: str
    source: str
    unit: Unit
    figures: tuple[Figure, ...]
    compute: Callable[["Reader"], Decimal | None]
    less_is_better: bool = False
    optional: tuple[Figure, ...] = ()
    """Figures that add to it where there are any; without them it is known all the same."""

    @property
    def is_confidential(self) -> bool:
        return any(figure.is_confidential for figure in self.figures)

    @property
    def cuts(self) -> list[By]:
        """The ways in which all of its figures can be cut."""
        return [by for by in By if all(by in figure.cuts for figure in self.figures)]

    def value(self, sums: Sums) -> Decimal | None:
        """What it comes to; None where something it needs is not known."""
        return self.compute(Reader(sums))


@dataclass(frozen=True)
class Reader:
    """The sums of figures as formulas ask for them; of a figure without rows there is none."""

    sums: Sums

    def rows(self, figure: Figure) -> int:
        """How many there are."""
        return self._sum(figure).rows

    def amount(self, figure: Figure) -> Decimal:
        """What they come to, as far as it is known."""
        return Decimal(self._sum(figure).amount)

    def mean(self, figure: Figure) -> Decimal | None:
        """Over the rows whose number is known."""
        found = self._sum(figure)
        return formulas.ratio(Decimal(found.amount), found.known)

    def said(self, figure: Figure) -> Decimal | None:
        """What somebody entered; None where nobody has."""
        found = self._sum(figure)
        return Decimal(found.amount) if found.known else None

    def _sum(self, figure: Figure) -> Sum:
        return self.sums.get(figure.code, Sum())


def _win_rate(of_: "Reader") -> Decimal | None:
    return formulas.win_rate(of_.rows(of.WON), of_.rows(of.LOST))


def _share_of_begun(figure: Figure) -> Callable[["Reader"], Decimal | None]:
    return lambda of_: formulas.ratio(of_.rows(figure), of_.rows(of.BEGUN))


def _a_month(of_: "Reader") -> Decimal | None:
    """What a contract in force brings in a month."""
    mean = of_.mean(of.CONTRACTS)
    return None if mean is None else mean / 12


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        Metric.TAM, "accounts_acv", "Potential accounts × ACV",
        "potential accounts × mean expected ACV of those where it is known", "Bottom-up market sizing, the standard",
        Unit.MONEY, (of.ACCOUNTS, of.EXPECTED_ACV),
        lambda of_: formulas.tam(of_.rows(of.ACCOUNTS), of_.mean(of.EXPECTED_ACV)),
    ),
    Definition(
        Metric.TAM, "customers_price", "Customers × selling price",
        "customers × mean won deal", "A common shorthand: it tells today's revenue, not the market",
        Unit.MONEY, (of.CUSTOMERS, of.WON_AMOUNT),
        lambda of_: formulas.tam(of_.rows(of.CUSTOMERS), of_.mean(of.WON_AMOUNT)),
    ),
    Definition(
        Metric.INFLUENCE, "pipeline", "Influenced pipeline",
        "deals that began after a touch of marketing ÷ deals that began", "Milestone rule: any touch before the deal",
        Unit.SHARE, (of.INFLUENCED, of.BEGUN),
        lambda of_: formulas.ratio(of_.rows(of.INFLUENCED), of_.rows(of.BEGUN)),
    ),
    Definition(
        Metric.INFLUENCE, "pipeline_money", "Influenced pipeline, money",
        "money of deals that began after a touch of marketing", "Milestone rule: any touch before the deal",
        Unit.MONEY, (of.INFLUENCED_AMOUNT,), lambda of_: of_.amount(of.INFLUENCED_AMOUNT),
    ),
    Definition(
        Metric.INFLUENCE, "engaged_share", "Engaged share of the market",
        "engaged target accounts ÷ potential accounts", "Account engagement rate (TOPO, 2018)",
        Unit.SHARE, (of.ENGAGED, of.ACCOUNTS),
        lambda of_: formulas.engaged_share(of_.rows(of.ENGAGED), of_.rows(of.ACCOUNTS)),
    ),
    *(
        Definition(
            Metric.INFLUENCE, code, f"Sourced: {name}", f"{words} ÷ deals that began", "Sourced is not influenced: one "
            "of three rules that people take for the same",
            Unit.SHARE, (figure, of.BEGUN),
            _share_of_begun(figure),
        )
        for code, name, words, figure in (
            ("sourced_lead", "lead source", "deals that a lead or a campaign led to", of.SOURCED_LEAD),
            ("sourced_first", "first touch", "deals whose account marketing touched first", of.SOURCED_FIRST),
            ("sourced_before", "before sales", "deals that marketing touched on a day before sales", of.SOURCED_BEFORE),
        )
    ),
    Definition(
        Metric.CONTENT, "meaningful", "Meaningful engagements a target account",
        "meaningful engagements ÷ target accounts", "Impressions, clicks and plain visits are left out",
        Unit.EACH, (of.MEANINGFUL, of.TARGETS),
        lambda of_: formulas.ratio(of_.amount(of.MEANINGFUL), of_.rows(of.TARGETS)),
    ),
    Definition(
        Metric.CONTENT, "all", "All engagements a target account",
        "content engagements ÷ target accounts", "Counts impressions and clicks: volume, not interest",
        Unit.EACH, (of.CONTENT, of.TARGETS),
        lambda of_: formulas.ratio(of_.amount(of.CONTENT), of_.rows(of.TARGETS)),
    ),
    Definition(
        Metric.CONTENT, "late_share", "BoFu share",
        "engagements with BoFu content ÷ content engagements", "How far into the purchase content is read",
        Unit.SHARE, (of.LATE_CONTENT, of.CONTENT),
        lambda of_: formulas.ratio(of_.amount(of.LATE_CONTENT), of_.amount(of.CONTENT)),
    ),
    Definition(
        Metric.WIN_RATE, "decided", "Won of decided deals",
        "won ÷ (won + lost)", "Sales reporting; open deals are in neither",
        Unit.SHARE, (of.WON, of.LOST), _win_rate,
    ),
    Definition(
        Metric.WIN_RATE, "interactions", "Conversions of interactions",
        "won deals of engaged accounts ÷ touches of engaged accounts", "ABM handbooks",
        Unit.SHARE, (of.CONVERSIONS, of.INTERACTIONS),
        lambda of_: formulas.conversion(of_.rows(of.CONVERSIONS), of_.rows(of.INTERACTIONS)),
    ),
    Definition(
        Metric.ACV, "contracts", "Mean contract in force",
        "mean of (contract value − one-time fees) ÷ years, over contracts in force", "The standard, fees left out",
        Unit.MONEY, (of.CONTRACTS,), lambda of_: of_.mean(of.CONTRACTS),
    ),
    Definition(
        Metric.ACV, "new_contracts", "Mean new contract",
        "mean of (contract value − one-time fees) ÷ years, over new contracts that began", "What is sold of late",
        Unit.MONEY, (of.NEW_CONTRACTS,), lambda of_: of_.mean(of.NEW_CONTRACTS),
    ),
    Definition(
        Metric.ACV, "won_deals", "Mean won deal",
        "won money ÷ won deals, taking each for a contract of one year",
        "Where no contracts are known", Unit.MONEY, (of.WON_AMOUNT,), lambda of_: of_.mean(of.WON_AMOUNT),
    ),
    Definition(
        Metric.CLV, "margin", "Margin × lifespan",
        "mean contract a month × gross margin × lifespan in months", "Customer value after the cost of serving it",
        Unit.MONEY, (of.CONTRACTS, of.GROSS_MARGIN, of.LIFESPAN),
        lambda of_: formulas.lifetime_value(
            _a_month(of_), of_.said(of.LIFESPAN), of_.said(of.GROSS_MARGIN)
        ) if of_.said(of.GROSS_MARGIN) is not None else None,
    ),
    Definition(
        Metric.CLV, "value", "Value × lifespan",
        "mean contract a month × lifespan in months", "The simplest: revenue, not profit",
        Unit.MONEY, (of.CONTRACTS, of.LIFESPAN),
        lambda of_: formulas.lifetime_value(_a_month(of_), of_.said(of.LIFESPAN)),
    ),
    Definition(
        Metric.CLV, "churn", "Revenue × margin ÷ churn",
        "mean contract a month × gross margin ÷ churn in a month", "Subscription businesses: 1 ÷ churn is the lifespan",
        Unit.MONEY, (of.CONTRACTS, of.GROSS_MARGIN, of.MONTHLY_CHURN),
        lambda of_: formulas.lifetime_value_by_churn(
            _a_month(of_), of_.said(of.GROSS_MARGIN), of_.said(of.MONTHLY_CHURN)
        ),
    ),
    Definition(
        Metric.CAC, "full", "Full",
        "(spend + salaries + tools + events + extra support) ÷ new customers", "Fully loaded acquisition cost",
        Unit.MONEY,
        (
            of.CAMPAIGN_SPEND, of.ORDER_SPEND, of.SALARIES, of.TOOLS, of.EVENTS, of.EXTRA_SUPPORT, of.NEW_CUSTOMERS,
        ),
        lambda of_: None if of_.said(of.SALARIES) is None else formulas.acquisition_cost(
            of_.amount(of.CAMPAIGN_SPEND), of_.rows(of.NEW_CUSTOMERS),
            *(of_.amount(each) for each in (of.ORDER_SPEND, of.SALARIES, of.TOOLS, of.EVENTS, of.EXTRA_SUPPORT)),
        ),
        less_is_better=True,
        optional=(of.CAMPAIGN_SPEND, of.ORDER_SPEND, of.TOOLS, of.EVENTS, of.EXTRA_SUPPORT),
    ),
    Definition(
        Metric.CAC, "simple", "Simple",
        "(campaign spend + cost of delivered tactics) ÷ new customers", "What marketing alone spent",
        Unit.MONEY, (of.CAMPAIGN_SPEND, of.ORDER_SPEND, of.NEW_CUSTOMERS),
        lambda of_: formulas.acquisition_cost(
            of_.amount(of.CAMPAIGN_SPEND), of_.rows(of.NEW_CUSTOMERS), of_.amount(of.ORDER_SPEND)
        ),
        less_is_better=True,
    ),
    Definition(
        Metric.VELOCITY, "begun", "Of deals that began",
        "deals that began × mean won deal × win rate ÷ mean days to win", "Sales velocity equation",
        Unit.MONEY_A_DAY, (of.BEGUN, of.WON_AMOUNT, of.WON, of.LOST, of.CYCLE_DAYS),
        lambda of_: formulas.velocity(
            of_.rows(of.BEGUN), of_.mean(of.WON_AMOUNT), _win_rate(of_), of_.mean(of.CYCLE_DAYS)
        ),
    ),
    Definition(
        Metric.VELOCITY, "open", "Of open deals",
        "open deals × mean won deal × win rate ÷ mean days to win", "Sales velocity equation, over what is open now",
        Unit.MONEY_A_DAY, (of.OPEN, of.WON_AMOUNT, of.WON, of.LOST, of.CYCLE_DAYS),
        lambda of_: formulas.velocity(
            of_.rows(of.OPEN), of_.mean(of.WON_AMOUNT), _win_rate(of_), of_.mean(of.CYCLE_DAYS)
        ),
    ),
)  # fmt: skip


def rivals(metric: Metric) -> list[Definition]:
    """The definitions of a metric, the shipped one first."""
    return [each for each in DEFINITIONS if each.metric == metric]


def definition(metric: str, code: str) -> Definition:
    """One of them. Raises KeyError for one that there is not."""
    return {(each.metric.value, each.code): each for each in DEFINITIONS}[metric, code]
