"""The columns that the list of accounts may have: what stands in a row of each, and in a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abmhub.accounts.attributes import shown, value_of
from abmhub.accounts.countries import name_of
from abmhub.accounts.facts import ATTRIBUTE_PREFIX
from abmhub.accounts.models import Account, Attribute
from abmhub.signals.coverage import Coverage
from abmhub.web.templatetags.abmhub import moment, money
from abmhub.web.templatetags.dense import committee_dots, person, score_trio, tier_badge

COVERAGE = "coverage"
"""In place of a path: what the file has is not a value of the account."""
CELL = "<td{}>{}</td>"
TICK = (
    '<td class="cell-tick">'
    '<input type="checkbox" name="account" value="{}" form="accounts-bulk" data-tick aria-label="Tick {}"></td>'
)
NOBODY = SafeString('<span class="faint">Nobody</span>')


@dataclass(frozen=True)
class Row:
    """An account of the list with what stands beside it."""

    account: Account
    coverage: Coverage | None = None
    sort_name: str = ""

    @property
    def trend(self) -> int | None:
        """How the priority moved when it last did, in points; None before the first night."""
        standing = self.account.standing
        return standing.priority - standing.previous_priority if standing.computed_on else None


@dataclass(frozen=True)
class Column:
    """A column of the list. `exported` are the headings and paths of its columns in a file; what `names_itself` needs
    no label on the card that a row is on a phone."""

    code: str
    label: str
    cell: Callable[[Row], Any]
    exported: tuple[tuple[str, str], ...]
    sort: str = ""
    css: str = ""
    related: tuple[str, ...] = ()
    names_itself: bool = False

    @cached_property
    def attributes(self) -> SafeString:
        """The class of its cells and what a card calls them, as HTML has it."""
        css = format_html(' class="{}"', self.css) if self.css else SafeString()
        return css if self.names_itself else css + format_html(' data-label="{}"', self.label)


@dataclass(frozen=True)
class Shown:
    """A row as the page has it: the account, and a cell for each column that was chosen."""

    row: Row
    columns: Sequence[Column] = field(repr=False)

    @property
    def account(self) -> Account:
        return self.row.account

    @property
    def trend(self) -> int | None:
        return self.row.trend

    def cells(self) -> SafeString:
        """The cells after the name, written by Python, as those of dense.py are."""
        parts = ((column.attributes, column.cell(self.row)) for column in self.columns)
        return format_html_join("", CELL, parts)

    def tick(self) -> SafeString:
        """The box before the name."""
        return format_html(TICK, self.account.pk, self.account.name)


def _tier(row: Row) -> str:
    standing = row.account.standing
    badge = tier_badge(standing.tier_id, standing.tier.name if standing.tier else "", standing.held_by)
    if row.sort_name != "tier_since":
        return badge
    return badge + moment(standing.tier_since_on)


def _scores(row: Row) -> str:
    standing = row.account.standing
    return score_trio(standing.fit, standing.intent, standing.engagement)


# The arrow itself stands once, in parts/dots.html.
TREND = (
    '<span class="trend trend-{0}" title="{3}"><svg class="icon" aria-hidden="true"><use href="#{0}"/></svg>'
    '<i class="sr-only">{0}</i>{1}</span> {2}'
)


def _priority(row: Row) -> str:
    change, standing = row.trend, row.account.standing
    if not change:
        return str(standing.priority)
    way = "up" if change > 0 else "down"
    since = f"on {standing.priority_since_on:%-d %b}" if standing.priority_since_on else "lately"
    return format_html(TREND, way, abs(change), standing.priority, since)


def _owner(row: Row) -> str:
    return person(row.account.owner.name) if row.account.owner else NOBODY


def _committee(row: Row) -> str:
    return committee_dots(row.coverage.roles, row.coverage.summary) if row.coverage else ""


def _last_touch(row: Row) -> str:
    account: Any = row.account  # which the list has annotated
    return moment(account.last_touch_at)


def _confirmed(row: Row) -> str:
    stale = row.account.standing.stale_since_on
    when = moment(row.account.refreshed_at)
    if not stale:
        return when
    return format_html('{}<span class="cell-sub tone-warn">stale</span>', when)


def _text(value: Any) -> Any:
    return value or SafeString('<span class="faint">–</span>')


def _number(value: int | None) -> Any:
    return f"{value:,}" if value is not None else _text(None)


COLUMNS = (
    Column(
        "tier",
        "Tier",
        _tier,
        (("Tier", "standing__tier__name"), ("Why", "standing__summary")),
        "tier_since",
        "cell-badge",
    ),
    Column(
        "scores",
        "Fit, intent, engagement",
        _scores,
        (("Fit", "standing__fit"), ("Intent", "standing__intent"), ("Engagement", "standing__engagement")),
        names_itself=True,
    ),
    Column("priority", "Priority", _priority, (("Priority", "standing__priority"),), "priority", "number"),
    Column(
        "committee",
        "Committee",
        _committee,
        (("Committee", COVERAGE),),
    ),
    Column("last_touch", "Last touch", _last_touch, (("Last touch", "last_touch_at"),)),
    Column("owner", "Owner", _owner, (("Owner", "owner__name"),), related=("owner",)),
    Column(
        "territory",
        "Territory",
        lambda row: _text(row.account.territory and row.account.territory.name),
        (("Territory", "territory__name"),),
        related=("territory",),
    ),
    Column("domain", "Domain", lambda row: _text(row.account.domain), (("Domain", "domain"),)),
    Column("industry", "Industry", lambda row: _text(row.account.industry.capitalize()), (("Industry", "industry"),)),
    Column(
        "country",
        "Country",
        lambda row: _text(row.account.country and name_of(row.account.country)),
        (("Country", "country"),),
    ),
    Column("segment", "Segment", lambda row: _text(row.account.get_segment_display()), (("Segment", "segment"),)),
    Column(
        "employees",
        "Employees",
        lambda row: _number(row.account.employees),
        (("Employees", "employees"),),
        "employees",
        "number",
    ),
    Column(
        "revenue",
        "Annual revenue",
        lambda row: money(row.account.annual_revenue_amount, row.account.currency, short=True),
        (("Annual revenue", "annual_revenue_amount"), ("Currency", "currency")),
        css="number",
    ),
    Column(
        "acv",
        "Expected ACV",
        lambda row: money(row.account.acv_amount, row.account.currency),
        (("Expected ACV", "acv_amount"), ("Currency", "currency")),
        "acv",
        "number",
    ),
    Column(
        "founded", "Founded", lambda row: _text(row.account.founded_year), (("Founded", "founded_year"),), css="number"
    ),
    Column(
        "technologies",
        "Technologies",
        lambda row: _text(", ".join(row.account.technologies)),
        (("Technologies", "technologies"),),
    ),
    Column(
        "customer",
        "Customer",
        lambda row: _text("Yes" if row.account.is_customer else ""),
        (("Customer", "is_customer"),),
    ),
    Column(
        "confirmed",
        "Facts confirmed",
        _confirmed,
        (("Facts confirmed", "refreshed_at"), ("Stale since", "standing__stale_since_on")),
        "stale",
    ),
)
USUAL = ("tier", "scores", "priority", "committee", "last_touch", "owner")
# In every file, whatever the page shows.
ALWAYS = (("Account", "name"), ("Domain", "domain"))


def columns_of(attributes: Iterable[Attribute]) -> dict[str, Column]:
    """All that may be chosen, by code, the custom attributes last."""
    own = (
        Column(
            f"{ATTRIBUTE_PREFIX}{attribute.code}",
            attribute.label,
            lambda row, attribute=attribute: _text(shown(attribute, value_of(row.account, attribute))),  # type: ignore[misc]
            ((attribute.label, f"attributes__{attribute.code}"),),
            css="number" if attribute.is_measured else "",
        )
        for attribute in attributes
    )
    return {column.code: column for column in (*COLUMNS, *own)}
