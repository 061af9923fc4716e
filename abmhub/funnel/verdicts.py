"""Whether a conversion may be called good or bad: only when its interval clears what it is held against.

Held against our own history, which is a share of a number too, the intervals of both have to be apart: what two
samples of one and the same thing differ by is then called a finding in fewer than one cell of twenty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from abmhub.campaigns.models import Motion
from abmhub.funnel.cell import Cell, Cells
from abmhub.funnel.models import Benchmark, FunnelStage

TOO_FEW = 20
"""Of fewer nothing is said, whatever their interval."""


class Tone(StrEnum):
    """`NONE` where there is nothing to hold a cell against."""

    GOOD = "good"
    BAD = "bad"
    EVEN = "even"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True)
class Held:
    """What a cell is held against: a share with the ends of what it may be, and who says so."""

    share: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Verdict:
    tone: Tone
    held: Held | None = None

    @property
    def word(self) -> str:
        return {
            Tone.GOOD: "above", Tone.BAD: "below", Tone.EVEN: "no difference", Tone.FEW: "too few", Tone.NONE: "",
        }[self.tone]  # fmt: skip


Benchmarks = Mapping[tuple[Motion, FunnelStage], Held]


def judge(cell: Cell, held: Held | None) -> Verdict:
    """Whether the interval of the conversion clears what it is held against."""
    if cell.interval is None:
        return Verdict(Tone.NONE)
    if cell.trials < TOO_FEW:
        return Verdict(Tone.FEW, held)
    if held is None:
        return Verdict(Tone.NONE)
    low, high = cell.interval
    if low > held.high:
        return Verdict(Tone.GOOD, held)
    return Verdict(Tone.BAD if high < held.low else Tone.EVEN, held)


def history(cells: Cells, source: str) -> Benchmarks:
    """Our own conversions of another time, or of everything, as what cells are held against."""
    return {
        place: Held(cell.conversion, *cell.interval, source)
        for place, cell in cells.items()
        if cell.conversion is not None and cell.interval is not None and cell.trials >= TOO_FEW
    }


def table() -> Benchmarks:
    """The benchmarks that administrators entered, in one query."""
    return {
        (Motion(row.motion), FunnelStage(row.stage)): Held(
            float(row.share), float(row.share), float(row.share), f"{row.source}, {row.dated_on:%B %Y}"
        )
        for row in Benchmark.objects.order_by("pk")
    }
