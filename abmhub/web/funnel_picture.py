"""Where everything of the double funnel's picture stands; templates/funnel/picture.html draws it.

Both funnels lie on one grid of five rows. In the first two each has its own axis; from the SQL on they share
one, back to back. Widths grow with the square root of the volume, or thirty won deals beside nine thousand
leads would be a hair; the figures stand beside every band.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import sqrt

from django.utils.formats import number_format

from abmhub.campaigns.models import Motion
from abmhub.core.numbers import money_text, percent
from abmhub.funnel.cell import Cell
from abmhub.funnel.double import DoubleFunnel, Funnel
from abmhub.funnel.models import FunnelStage

MERGED = frozenset({FunnelStage.SQL, FunnelStage.OPPORTUNITY, FunnelStage.WON})
UNITS = {Motion.ABM: ("engaged account", "account"), Motion.DEMAND_GEN: ("MQL", "MQL")}
"""What is worked, in full and where there is little room."""

SUBTITLES = {Motion.ABM: "accounts that we chose", Motion.DEMAND_GEN: "people who came"}
REMARK_WIDTH = 220
SEAM = 1.5
HAIR = 2.0
"""The least width of a band that holds anything."""


@dataclass(frozen=True)
class Grid:
    """The measures of one size of the picture, in units of its view box.

    `axis` is how far either funnel stands from the middle, `reach` the greatest width of a band, `column` the
    width of the column of figures at the edge; without one, figures stand above their bands.
    """

    name: str
    width: int
    axis: int
    reach: int
    top: int
    band: int
    gap: int
    column: int
    bottom: int

    @property
    def middle(self) -> float:
        return self.width / 2


WIDE = Grid("wide", width=1080, axis=185, reach=340, top=70, band=56, gap=56, column=170, bottom=118)
NARROW = Grid("narrow", width=340, axis=86, reach=160, top=92, band=28, gap=54, column=0, bottom=88)


@dataclass(frozen=True)
class Band:
    """A stage of one motion as a bar."""

    cell: Cell
    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def level(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Text:
    """Words in the picture, and a fainter note after them."""

    css: str
    x: float
    y: float
    anchor: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Leader:
    """A line that leads the eye from figures to their band."""

    x1: float
    x2: float
    y: float


@dataclass(frozen=True)
class Side:
    """One motion of the picture."""

    funnel: Funnel
    bands: list[Band]
    flows: list[str]
    leaders: list[Leader]
    texts: list[Text]
    swatch: tuple[float, float]


@dataclass(frozen=True)
class Picture:
    grid: Grid
    height: int
    sides: list[Side]
    remarks: list[Text]


def picture(funnel: DoubleFunnel, grid: Grid) -> Picture:
    """The whole picture at one size."""
    most = max((cell.volume for row in funnel.rows for cell in row), default=0)
    tops = [grid.top + row * (grid.band + grid.gap) for row in range(len(funnel.rows))]
    sides = [_Side(side, grid, funnel.currency).draw(tops, most) for side in (funnel.abm, funnel.demand_gen)]
    return Picture(grid, tops[-1] + grid.band + grid.bottom, sides, list(_remarks(grid, sides)))


def _remarks(grid: Grid, sides: list[Side]) -> Iterator[Text]:
    """Where the two become one, said between them if there is room."""
    left, right = sides[0].bands[1], sides[1].bands[1]
    if grid.column and right.left - left.right >= REMARK_WIDTH:
        middle = (left.right + right.left) / 2
        yield Text("remark", middle, left.level - 4, "middle", "From the SQL on one funnel:")
        yield Text("remark", middle, left.level + 14, "middle", "sales development qualifies both")


class _Side:
    """Places everything of one motion."""

    def __init__(self, funnel: Funnel, grid: Grid, currency: str) -> None:
        self.funnel, self.grid, self.currency = funnel, grid, currency
        self.is_left = funnel.motion == Motion.ABM
        self.axis = grid.middle - grid.axis if self.is_left else grid.middle + grid.axis
        self.inner = grid.middle - 7 if self.is_left else grid.middle + 7
        self.outer = 2.0 if self.is_left else grid.width - 2.0

    def draw(self, tops: list[int], most: int) -> Side:
        bands = [self._band(cell, top, most) for cell, top in zip(self.funnel.cells, tops, strict=True)]
        texts = [*self._heading(), *self._figures(bands), *self._rates(bands), *self._outcome(bands[-1].bottom)]
        swatch = (self.outer if self.is_left else self.outer - 14, 8.0) if self.grid.column else (self.axis - 7, 2.0)
        return Side(
            self.funnel,
            bands,
            [_flow(upper, lower) for upper, lower in pairwise(bands) if upper.cell.volume and lower.cell.volume],
            list(self._leaders(bands)),
            texts,
            swatch,
        )

    def _band(self, cell: Cell, top: int, most: int) -> Band:
        width = max(self.grid.reach * sqrt(cell.volume / most), HAIR) if cell.volume else 0.0
        if cell.stage not in MERGED:
            left = self.axis - width / 2
        elif self.is_left:
            left = self.grid.middle - SEAM - width
        else:
            left = self.grid.middle + SEAM
        return Band(cell, left, left + width, top, top + self.grid.band)

    def _place(self, stage: FunnelStage) -> tuple[float, str]:
        """Where the figures of a stage stand, and which end of them."""
        if self.grid.column:
            return self.outer, "start" if self.is_left else "end"
        if stage in MERGED:
            return self.inner, "end" if self.is_left else "start"
        return self.axis, "middle"

    def _heading(self) -> Iterator[Text]:
        name, subtitle = self.funnel.motion.label, SUBTITLES[self.funnel.motion]
        if self.grid.column:
            x = self.outer + 22 if self.is_left else self.outer - 22
            yield Text("motion", x, 21, "start" if self.is_left else "end", name)
            yield Text("name", self.outer, 42, "start" if self.is_left else "end", subtitle)
        else:
            yield Text("motion", self.axis, 33, "middle", name)
            yield Text("name", self.axis, 49, "middle", subtitle)

    def _figures(self, bands: list[Band]) -> Iterator[Text]:
        for band in bands:
            x, anchor = self._place(band.cell.stage)
            volume, name = (
                number_format(band.cell.volume, 0, force_grouping=True),
                band.cell.name.replace("SQLs", "SQL"),
            )
            if self.grid.column:
                yield Text("number", x, band.level + 3, anchor, volume)
                yield Text("name", x, band.level + 21, anchor, name)
            else:
                yield Text(
                    "number", x, band.top - 6, anchor, volume, name.lower() if name not in ("SQL", "MQLs") else name
                )

    def _rates(self, bands: list[Band]) -> Iterator[Text]:
        for upper, lower in pairwise(bands):
            x, anchor = self._place(lower.cell.stage)
            share, interval = lower.cell.conversion, lower.cell.interval
            if share is None or interval is None:
                continue
            sure = f"{percent(interval[0]).removesuffix('%')}–{percent(interval[1])}" if self.grid.column else ""
            y = (upper.bottom + lower.top) / 2 + 5 if self.grid.column else upper.bottom + 19
            yield Text("rate", x, y, anchor, f"↓ {percent(share)}", sure)

    def _outcome(self, floor: float) -> Iterator[Text]:
        """What came of it, under the last band."""
        x, anchor = self._place(FunnelStage.WON)
        lines = self._money_lines()
        if self.grid.column:
            css, steps = ("number", "name", "name"), (46, 68, 88)
        else:
            css, steps = ("number", "name", "name"), (24, 44, 62)
        for style, step, line in zip(css, steps, lines, strict=False):
            yield Text(style, x, floor + step, anchor, line)

    def _money_lines(self) -> Iterator[str]:
        won, price, each = self.funnel.won, self.funnel.selling_price, self.funnel.revenue_per_worked
        if not won.volume:
            return
        yield f"{money_text(won.value_amount, self.currency, short=not self.grid.column)} won"
        if price:
            yield f"{money_text(_whole(price), self.currency)} a deal"
        if each:
            unit, short_unit = UNITS[self.funnel.motion]
            yield f"{money_text(_whole(each), self.currency)} per {unit if self.grid.column else short_unit}"

    def _leaders(self, bands: list[Band]) -> Iterator[Leader]:
        if not self.grid.column:
            return
        edge = self.grid.column if self.is_left else self.grid.width - self.grid.column
        for band in bands:
            end = band.left - 10 if self.is_left else band.right + 10
            if band.cell.volume and (end > edge if self.is_left else end < edge):
                yield Leader(edge, end, band.level)


def _whole(amount: Decimal) -> Decimal:
    """Cents of an average tell nothing."""
    return amount.quantize(Decimal(1))


def _flow(upper: Band, lower: Band) -> str:
    half = (upper.bottom + lower.top) / 2
    return (
        f"M{upper.left:.1f} {upper.bottom:.1f}"
        f"C{upper.left:.1f} {half:.1f} {lower.left:.1f} {half:.1f} {lower.left:.1f} {lower.top:.1f}"
        f"H{lower.right:.1f}"
        f"C{lower.right:.1f} {half:.1f} {upper.right:.1f} {half:.1f} {upper.right:.1f} {upper.bottom:.1f}Z"
    )
