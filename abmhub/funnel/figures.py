"""What became of deals: won, lost and open, their money and how long they took.

    win rate = won / (won + lost); open deals are in neither
    cycle    = closing day - day the deal began, in whole days, over won deals that say both in that order

Money is in the business currency; deals in another count, but their money is not known. Means and medians
are over what is known, and None over nothing. Everybody may see these figures: they are the company's, not
those of the accounts that a person may open.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.conf import settings
from django.db.models import Count
from psycopg.sql import SQL, Composable

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.core.statistics import wilson
from abmhub.funnel.dimensions import DIMENSIONS, Dimension, crossed
from abmhub.funnel.models import DealSnapshot
from abmhub.pipeline.models import Opportunity

WHOLE: dict[str, Composable] = {
    "is_total": SQL("TRUE"),
    "label": SQL("NULL::text"),
    "identity": SQL("NULL::text"),
    "groups": SQL("()"),
    "order": SQL("1"),
}
CUT: dict[str, Composable] = {
    "is_total": SQL("grouping(identity) = 1"),
    "label": SQL("label"),
    "identity": SQL("identity::text"),
    "groups": SQL("GROUPING SETS ((), (identity, label))"),
}
CENT, FOUR_PLACES = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class DealFigures:
    """The figures of some deals. Amounts are money, rounded to cents; days and the rate to four decimals."""

    won: int
    lost: int
    open: int
    win_rate: Decimal | None
    won_amount: Decimal
    open_amount: Decimal
    mean_won: Decimal | None
    median_won: Decimal | None
    cycle_days_mean: Decimal | None
    cycle_days_median: Decimal | None
    cycle_left_out: int = 0
    """Won deals that were closed before they began: somebody mistyped a day, so they are not in the cycle."""

    @property
    def decided(self) -> int:
        return self.won + self.lost

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson interval of the win rate."""
        return wilson(self.won, self.decided)

    def as_json(self) -> dict[str, int | float | None]:
        """The figures by name, as JSON knows numbers."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: float(value) if isinstance(value, Decimal) else value for name, value in values.items()}

    def as_snapshot(self, on: date, motion: Motion | None) -> DealSnapshot:
        """The same as the tiles have them; nothing is written."""
        return DealSnapshot(
            snapshot_on=on,
            motion=motion or "",
            won=self.won,
            lost=self.lost,
            open=self.open,
            won_amount=self.won_amount,
            open_amount=self.open_amount,
            mean_won_amount=self.mean_won,
            median_won_amount=self.median_won,
            mean_cycle_days=self.cycle_days_mean,
            median_cycle_days=self.cycle_days_median,
            cycle_left_out=self.cycle_left_out,
            currency=settings.ABMHUB_BUSINESS_CURRENCY,
        )


NO_DEALS = DealFigures(
    won=0,
    lost=0,
    open=0,
    win_rate=None,
    won_amount=Decimal(0),
    open_amount=Decimal(0),
    mean_won=None,
    median_won=None,
    cycle_days_mean=None,
    cycle_days_median=None,
)


@dataclass(frozen=True)
class Slice:
    """The deals of one key, or of a pair of keys; None are those that say nothing about it."""

    key: str | list[str | None] | None
    figures: DealFigures
    identity: str | None = None
    """What tells it from another of the same name."""

    @property
    def name(self) -> str | None:
        return " / ".join(key or "(none)" for key in self.key) if isinstance(self.key, list) else self.key


@dataclass(frozen=True)
class DealReport:
    """All deals together, and cut by a dimension: the slices sum to the whole."""

    total: DealFigures
    rows: tuple[Slice, ...]


class UnknownDimension(ValueError):
    """There is no such way to cut."""


def deal_figures(
    *,
    as_of: date,
    by: str | Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    motion: Motion | None = None,
) -> DealReport:
    """The figures as the deals stood on a day, cut by one or two names of DIMENSIONS.

    `since` and `until`, both inclusive, choose closed deals by their closing day; open deals stay. A closed
    deal without a closing day is in no such period. Raises UnknownDimension.
    """
    names = [by] if isinstance(by, str) else list(by or ())
    dimension = dimension_of(names)
    total, *rows = sql.rows(
        "funnel/deal_figures",
        _parts={"keyed": keyed(dimension)} | ({**CUT, "order": dimension.order} if names else WHOLE),
        as_of=as_of,
        since=since,
        until=until,
        motion=motion,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
    )
    return DealReport(
        total=_figures(total),
        rows=tuple(Slice(_key(row["key"], len(names)), _figures(row), row["identity"]) for row in rows)
        if names
        else (),
    )


def by_motion(*, as_of: date, since: date | None = None, until: date | None = None) -> dict[str, DealSnapshot]:
    """The figures of all deals, under "", and of each motion's, as the tiles have them; nothing is written."""
    report = deal_figures(as_of=as_of, by="motion", since=since, until=until)
    found = {each.identity: each.figures for each in report.rows}
    of_motions = {motion.value: found.get(motion, NO_DEALS).as_snapshot(as_of, motion) for motion in Motion}
    return {"": report.total.as_snapshot(as_of, None), **of_motions}


def other_currencies() -> dict[str, int]:
    """How many deals each other currency than the business currency has: their money is in no figure."""
    found = Opportunity.objects.exclude(currency=settings.ABMHUB_BUSINESS_CURRENCY).order_by("currency")
    return dict(found.values_list("currency").annotate(Count("pk")))


def dimension_of(names: Sequence[str]) -> Dimension:
    """The way to cut by one or two of DIMENSIONS; nothing said cuts by motion. Raises UnknownDimension."""
    for name in names:
        if name not in DIMENSIONS:
            raise UnknownDimension(f"There is no dimension {name!r}; there are {', '.join(DIMENSIONS)}.")
    if len(names) > 2:
        raise UnknownDimension("Deals are cut by one dimension or by two.")
    first = DIMENSIONS[names[0] if names else "motion"]
    return crossed(first, DIMENSIONS[names[1]]) if len(names) == 2 else first


def as_frozen(row: DealSnapshot) -> DealFigures:
    """The figures that a night froze."""
    return DealFigures(
        won=row.won,
        lost=row.lost,
        open=row.open,
        win_rate=_rounded(row.win_rate, FOUR_PLACES),
        won_amount=row.won_amount,
        open_amount=row.open_amount,
        mean_won=row.mean_won_amount,
        median_won=row.median_won_amount,
        cycle_days_mean=row.mean_cycle_days,
        cycle_days_median=row.median_cycle_days,
        cycle_left_out=row.cycle_left_out,
    )


def rolled_up(names: Sequence[str]) -> list[str]:
    """The same dimensions, with the deals of subsidiaries under their topmost parent."""
    return ["parent" if name == "account" else name for name in names]


def keyed(dimension: Dimension) -> Composable:
    """The statement of all deals with their keys, to become part of another."""
    return sql.part(
        "funnel/keyed_deals",
        deals=sql.part("funnel/deals"),
        label=dimension.label,
        identity=dimension.identity or dimension.label,
        joins=SQL(" ").join(dimension.joins),
    )


def _key(told: Any, dimensions: int) -> str | list[str | None] | None:
    if dimensions < 2:
        return cast("str | None", told)
    pair: list[str | None] = json.loads(told) if isinstance(told, str) else told
    return pair


def _figures(row: Mapping[str, Any]) -> DealFigures:
    decided, median = row["won"] + row["lost"], row["median_won_cents"]
    return DealFigures(
        won=row["won"],
        lost=row["lost"],
        open=row["open"],
        win_rate=_rounded(Decimal(row["won"]) / decided, FOUR_PLACES) if decided else None,
        won_amount=row["won_amount"],
        open_amount=row["open_amount"],
        mean_won=_rounded(row["mean_won"], CENT),
        median_won=None if median is None else _rounded(Decimal(median) / 100, CENT),
        cycle_days_mean=_rounded(row["cycle_days_mean"], FOUR_PLACES),
        cycle_days_median=_rounded(row["cycle_days_median"], FOUR_PLACES),
        cycle_left_out=row["cycle_left_out"],
    )


def _rounded(value: Decimal | float | None, unit: Decimal) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(unit, ROUND_HALF_UP)
