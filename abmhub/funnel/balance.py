"""The pendulum between the motions: ABM's share of pipeline, revenue, spend and effort, and whether it swings.

A share is smoothed (EWMA) and held against control limits, which come from the months before the last two. A smoothed
share outside of them in either of these two is an alarm. Months that brought nothing to either motion are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.core.statistics import Control, ewma_control, spread_of_moves
from abmhub.funnel.models import BalanceMonth

WEIGHT, WIDTH = 0.4, 3.0
"""Weight of the newest month, and limits in standard deviations: a swing is seen at once, false alarms are rare."""

LATEST = 2
FEWEST = 8
"""With fewer months nothing can be said."""

LEAST_SPREAD = 0.02
"""Two points: shares that hardly moved so far shall not alarm at the first breath."""

MONTHS = 24


@dataclass(frozen=True)
class Balance:
    """One measure over the months that are over, oldest first. Without enough of them there are no controls."""

    measure: BalanceMonth.Measure
    months: tuple[BalanceMonth, ...]
    centre: float | None
    controls: tuple[Control, ...]

    @property
    def shares(self) -> list[float]:
        return shares_of(self.months)

    @property
    def is_swinging(self) -> bool:
        return any(control.is_out for control in self.controls[-LATEST:])

    @property
    def swing(self) -> float:
        """By how much the last month lies above what was usual, in shares; negative below."""
        return self.shares[-1] - self.centre if self.centre is not None else 0.0

    @property
    def finding(self) -> str:
        """What it says, as the title of its picture."""
        name = f"ABM's share of {self.measure.label.lower()}"
        if self.centre is None:
            return f"{name}: not enough months yet"
        if self.is_swinging:
            way = "up" if self.swing > 0 else "down"
            return f"{name} swings {way}: {self.shares[-1]:.0%}, usual is {self.centre:.0%}"
        return f"{name} is steady around {self.centre:.0%}"


def keep(*, on: date) -> int:
    """Write what the months up to a day brought; returns how many brought something else than was known."""
    newest = 12 * on.year + on.month - 1
    days = [date(month // 12, month % 12 + 1, 1) for month in range(newest - MONTHS, newest + 1)]
    return sql.run(
        "funnel/balance",
        on=on,
        days=days,
        moments=[first_moment(day) for day in days],
        until=first_moment(on + timedelta(days=1)),
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
    )


def balances(*, until: date) -> list[Balance]:
    """Every measure by the months that were over on a day, in one query."""
    this_month = until.replace(day=1)
    rows = BalanceMonth.objects.filter(month_on__lt=this_month).order_by("-month_on")[
        : MONTHS * len(BalanceMonth.Measure)
    ]
    by_measure: dict[str, list[BalanceMonth]] = {measure.value: [] for measure in BalanceMonth.Measure}
    for row in rows:
        if row.share is not None:
            by_measure[row.measure].insert(0, row)
    return [_balance(measure, tuple(by_measure[measure.value])) for measure in BalanceMonth.Measure]


def alarms(*, until: date) -> list[Balance]:
    """Those that swing."""
    return [each for each in balances(until=until) if each.is_swinging]


def controls_of(shares: Sequence[float]) -> tuple[float | None, list[Control]]:
    """What was usual before the last two months, and the limits for all; None and nothing while there are too few."""
    if len(shares) < FEWEST:
        return None, []
    before = shares[:-LATEST]
    centre = sum(before) / len(before)
    spread = max(spread_of_moves(before), LEAST_SPREAD)
    earlier = ewma_control(before, centre=centre, spread=spread, weight=WEIGHT, width=WIDTH)
    return centre, [
        *earlier,
        *ewma_control(shares[-LATEST:], centre=centre, spread=spread, weight=WEIGHT, width=WIDTH),
    ]


def shares_of(months: Sequence[BalanceMonth]) -> list[float]:
    return [month.share for month in months if month.share is not None]


def _balance(measure: BalanceMonth.Measure, months: tuple[BalanceMonth, ...]) -> Balance:
    centre, controls = controls_of(shares_of(months))
    return Balance(measure, months, centre, tuple(controls))
