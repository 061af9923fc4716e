"""What a month came to: the double funnel, the metrics and what changed, as nights froze them.

Every figure is read from snapshots, so that the report of a locked month says the same whenever it is drawn.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q

from abmhub.accounts.models import TierChange
from abmhub.campaigns.models import Motion
from abmhub.core.models import Installation
from abmhub.core.refusals import Refused
from abmhub.funnel.cell import Cell
from abmhub.funnel.double import DoubleFunnel, double_funnel, newest_day
from abmhub.funnel.finding import finding
from abmhub.metrics import three_rs
from abmhub.metrics.definitions import definition
from abmhub.metrics.figures import Unit
from abmhub.metrics.models import Choice, MetricNote, PeriodLock
from abmhub.metrics.spans import Window, month_before, month_end
from abmhub.metrics.three_rs import Activity, Measure
from abmhub.metrics.tiles import Tile, newest_night, tiles
from abmhub.metrics.words import written


class NothingToReport(Refused):
    """No night has frozen a figure of the month."""


@dataclass(frozen=True)
class Line:
    """A metric in the month, and over the year up to its end with the target of that time."""

    month: Tile
    year: Tile | None

    @property
    def name(self) -> str:
        return str(self.month.metric.label)

    @property
    def value(self) -> str:
        return self._written(self.month.ours.value)

    @property
    def before(self) -> str:
        """That of the month before, by the definition of this one."""
        ended = self.month.trend[-1][0].replace(day=1) - timedelta(days=1) if self.month.trend else None
        return self._written(dict(self.month.trend).get(ended)) if ended else "–"

    @property
    def of_year(self) -> str:
        return self._written(self.year.ours.value) if self.year else "–"

    @property
    def target(self) -> str:
        """In words; empty where none is set."""
        if self.year is None or self.year.target is None:
            return ""
        said = {True: ", reached", False: ", not yet", None: ""}[self.year.reached]
        return f"{written(self.year.target.value, self.month.ours.definition.unit)}{said}"

    @property
    def trend(self) -> list[float]:
        """Month by month, oldest first."""
        return [float(value) for _, value in self.month.trend]

    def _written(self, value: Decimal | None) -> str:
        unit = self.month.ours.definition.unit
        return (
            f"{written(value, unit)} a day" if value is not None and unit == Unit.MONEY_A_DAY else written(value, unit)
        )


@dataclass(frozen=True)
class Step:
    """A stage of the funnel at the end of the month, and how many reached it in the month."""

    cell: Cell
    added: int | None


@dataclass(frozen=True)
class Report:
    """One month. `on` is its last night; `lock` says who closed it."""

    month: date
    on: date
    company: str
    lock: PeriodLock | None
    lines: list[Line]
    customers: list[Measure]
    activities: list[Activity]
    funnel: DoubleFunnel | None
    funnel_before: DoubleFunnel | None
    changes: list[str]
    notes: list[MetricNote]

    @property
    def name(self) -> str:
        """Of the month: October 2026."""
        return f"{self.month:%B %Y}"

    @property
    def standing(self) -> str:
        """How final it is."""
        if self.lock:
            return f"Locked by {self.lock.locked_by.name}: these figures stay."
        is_over = self.on == month_end(self.month)
        return "Not locked: late data may still change it." if is_over else "The month was not over in that night."

    @property
    def finding(self) -> str:
        return finding(self.funnel) if self.funnel else "No night has frozen the double funnel."

    def steps(self, motion: Motion) -> list[Step]:
        """The stages of a motion, top to bottom."""
        if self.funnel is None:
            return []
        before = _volumes(self.funnel_before, motion)
        chosen = self.funnel.abm if motion == Motion.ABM else self.funnel.demand_gen
        return [
            Step(cell, None if before is None else cell.volume - known)
            for cell, known in zip(chosen.cells, before or [0] * len(chosen.cells), strict=True)
        ]


def night_of(month: date) -> date | None:
    """The last night of a month that froze figures."""
    night = newest_night(until=month_end(month))
    return night if night and night >= month.replace(day=1) else None


def _volumes(funnel: DoubleFunnel | None, motion: Motion) -> list[int] | None:
    if funnel is None:
        return None
    return [cell.volume for cell in (funnel.abm if motion == Motion.ABM else funnel.demand_gen).cells]


def report_of(month: date, *, sees_spend: bool) -> Report:
    """The report of a month; what is made of spend is in it only for who may know. Raises NothingToReport."""
    first, last = month.replace(day=1), month_end(month)
    on = night_of(month)
    if on is None:
        raise NothingToReport(f"No night has frozen a figure of {first:%B %Y}: there is nothing to report.")
    of_year = {tile.metric: tile for tile in tiles(on=on, window=Window.YEAR)}
    shown = [
        each for each in tiles(on=on, window=Window.MONTH) if sees_spend or not each.ours.definition.is_confidential
    ]
    sums = three_rs.sums_of(on, Window.MONTH)
    return Report(
        month=first,
        on=on,
        company=Installation.objects.values_list("company_name", flat=True).first() or "ABM Hub",
        lock=PeriodLock.objects.filter(month_on=first).select_related("locked_by").first(),
        lines=[Line(tile, of_year.get(tile.metric)) for tile in shown],
        customers=three_rs.revenue(sums),
        activities=three_rs.activities(sums, Window.MONTH),
        funnel=_funnel_in(first, last),
        funnel_before=_funnel_in(*month_before(first)),
        changes=[*_signed(first, last), *_moved(first, last)],
        notes=list(MetricNote.objects.filter(on__range=(first, last)).select_related("by").order_by("on", "pk")),
    )


def _funnel_in(first: date, last: date) -> DoubleFunnel | None:
    """The funnel of the last night of these days, if there was one."""
    night = newest_day(until=last)
    return double_funnel(night) if night and night >= first else None


def _signed(first: date, last: date) -> list[str]:
    """The definitions that two people signed in these days."""
    signed = Choice.objects.signed().filter(confirmed_at__date__range=(first, last))
    return [
        f"{definition(each.metric, each.definition).metric.label} means "
        f"“{definition(each.metric, each.definition).name}” from {each.confirmed_at:%-d %B} on, "
        f"signed by {each.proposed_by} and {each.confirmed_by}."
        for each in signed.select_related("proposed_by", "confirmed_by").order_by("confirmed_at")
    ]


def _moved(first: date, last: date) -> list[str]:
    """How many accounts rose and fell in tier; tier 1 is the highest, and no tier the lowest."""
    moves = TierChange.objects.filter(changed_on__range=(first, last))
    none_before, none_after = Q(from_tier=None), Q(to_tier=None)
    rose = moves.filter((none_before & ~none_after) | Q(to_tier__lt=F("from_tier"))).count()
    fell = moves.filter((none_after & ~none_before) | Q(to_tier__gt=F("from_tier"))).count()
    return [f"{rose:,} account{'s'[: rose != 1]} rose in tier, {fell:,} fell."] if rose or fell else []
