"""Where the marks of the pictures about the ideal customer profile stand; templates/icp/ draws them."""

from dataclasses import dataclass
from math import inf, log2

from abmhub.core.statistics import Ratio
from abmhub.scoring.preview import Distribution, Preview

WIDTH, HEIGHT = 680, 210
TOP, BOTTOM = 8, 24
SCALE = 500
"""How much of the width the scale takes; the two bars that are not on it have the rest."""
GAP = 16

MOST_TIMES = 16
"""Lifts from a sixteenth to sixteen times are shown; what is further out stands at the end."""


@dataclass(frozen=True)
class Bar:
    """One place of the scale: a bar for the profile, and an outline for the one in force."""

    label: str
    short: str
    """The label where there is little room."""
    x: float
    width: float
    y: float
    height: float
    accounts: int
    share: float
    earlier_y: float | None
    earlier_height: float
    earlier: int | None
    is_on_scale: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Histogram:
    """Both distributions on one scale."""

    bars: list[Bar]
    title: str
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM


def histogram(preview: Preview) -> Histogram:
    """Tenths of the scale, then unknown and disqualified, as shares of all accounts."""
    after = _places(preview.distribution)
    before = _places(preview.earlier) if preview.earlier else None
    top = max([*after, *(before or [])], default=0) or 1
    bars = []
    for number, accounts in enumerate(after):
        is_on_scale = number < 10
        x, width = _column(number)
        tall = _height(accounts, top)
        earlier = before[number] if before else None
        bars.append(
            Bar(
                label=_label(number),
                short=str(number * 10) if is_on_scale else ("?", "out")[number - 10],
                x=x,
                width=width,
                y=HEIGHT - BOTTOM - tall,
                height=tall,
                accounts=accounts,
                share=accounts / preview.distribution.total if preview.distribution.total else 0,
                earlier_y=None if earlier is None else HEIGHT - BOTTOM - _height(earlier, top),
                earlier_height=_height(earlier or 0, top),
                earlier=earlier,
                is_on_scale=is_on_scale,
            )
        )
    return Histogram(bars, _title(preview))


def _column(number: int) -> tuple[float, float]:
    """Where a bar begins, and how wide it is."""
    if number < 10:
        return number * SCALE / 10 + 3, SCALE / 10 - 6
    step = (WIDTH - SCALE - GAP) / 2
    return SCALE + GAP + (number - 10) * step + 3, step - 6


def _places(distribution: Distribution) -> list[int]:
    return [*distribution.tenths, distribution.unknown, distribution.disqualified]


def _label(number: int) -> str:
    if number >= 10:
        return ("unknown", "disqualified")[number - 10]
    return "90–100" if number == 9 else f"{number * 10}–{number * 10 + 9}"


def _height(accounts: int, top: int) -> float:
    # What is there at all can be seen.
    return max(2.0, accounts / top * (HEIGHT - TOP - BOTTOM)) if accounts else 0.0


def _title(preview: Preview) -> str:
    """The finding: "1,204 of 20,000 accounts (6%) have a fit of 70 or more, 300 fewer than now"."""
    found = preview.distribution
    share = f" ({found.high / found.total:.0%})" if found.total else ""
    said = f"{found.high:,} of {found.total:,} accounts{share} have a fit of 70 or more"
    if preview.earlier is None:
        return said
    difference = found.high - preview.earlier.high
    if not difference:
        return f"{said}, as many as now"
    return f"{said}, {abs(difference):,} {'more' if difference > 0 else 'fewer'} than now"


@dataclass(frozen=True)
class Whisker:
    """A lift with its interval on a scale of doublings, in percent of its width; 50 is "as common as elsewhere"."""

    low: float
    value: float
    high: float


def whisker(lift: Ratio) -> Whisker:
    return Whisker(_place(lift.low), _place(lift.value), _place(lift.high))


def _place(lift: float) -> float:
    doublings = -inf if lift <= 0 else log2(lift)
    ends = log2(MOST_TIMES)
    return 50 + 50 * max(-1.0, min(1.0, doublings / ends))
