"""The lines of the trend: where each point stands; templates/funnel/chart.html draws them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor, log10

from django.utils.formats import number_format

from abmhub.core.numbers import percent
from abmhub.funnel.models import DealSnapshot
from abmhub.funnel.trend import Point

WIDTH, HEIGHT = 520, 190
LEFT, RIGHT, TOP, BOTTOM = 8, 96, 16, 28


@dataclass(frozen=True)
class Line:
    """One motion: its path, where it ends, and the value there in words."""

    name: str
    css: str
    path: str
    end_x: float
    end_y: float
    label_y: float
    value: str


@dataclass(frozen=True)
class Chart:
    """`ticks` are heights with the value that they stand for."""

    what: str
    title: str
    unit: str
    lines: list[Line]
    ticks: list[tuple[float, str]]
    first: Point
    last: Point
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Measure:
    """What a chart shows of a night."""

    name: str
    unit: str
    read: Callable[[DealSnapshot], float | None]
    write: Callable[[float], str]


MEASURES = {
    "won": Measure(
        "Won deals", "deals won so far", lambda deals: deals.won, lambda value: number_format(round(value), 0)
    ),
    "win_rate": Measure(
        "Win rate",
        "won of won and lost",
        lambda deals: deals.win_rate,
        percent,
    ),
}


def line_chart(points: list[Point], what: str) -> Chart:
    """Both motions over the nights, on one scale that begins at nothing."""
    measure = MEASURES[what]
    series = [
        ("ABM", "trend-abm", [measure.read(point.abm) if point.abm else None for point in points]),
        (
            "Demand gen",
            "trend-demand",
            [measure.read(point.demand_gen) if point.demand_gen else None for point in points],
        ),
    ]
    known = [value for _, _, values in series for value in values if value is not None]
    top = _round_up(max(known, default=0))
    lines = [_line(name, css, values, points, top, measure) for name, css, values in series]
    return Chart(
        what=what,
        title=_title(measure, series),
        unit=measure.unit,
        lines=_apart([line for line in lines if line is not None]),
        ticks=[(_y(share * top, top), measure.write(share * top)) for share in (0, 0.5, 1)],
        first=points[0],
        last=points[-1],
    )


def _title(measure: Measure, series: list[tuple[str, str, list[float | None]]]) -> str:
    """What moved, in words: "Won deals: ABM from 12 to 30, demand gen from 40 to 46"."""
    told = []
    for name, _, values in series:
        known = [measure.write(value) for value in values if value is not None]
        if known:
            moved = f"from {known[0]} to {known[-1]}" if known[0] != known[-1] else f"at {known[0]}"
            told.append(f"{name} {moved}")
    return f"{measure.name}: {', '.join(told) or 'none yet'}"


def _line(
    name: str, css: str, values: list[float | None], points: list[Point], top: float, measure: Measure
) -> Line | None:
    days = (points[-1].on - points[0].on).days
    placed = [
        (LEFT + (point.on - points[0].on).days / days * (WIDTH - LEFT - RIGHT), _y(value, top), value)
        for point, value in zip(points, values, strict=True)
        if value is not None
    ]
    if not placed:
        return None
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in placed)
    x, y, value = placed[-1]
    return Line(name, css, path, x, y, y, measure.write(value))


def _round_up(value: float) -> float:
    """The next number that halves well, for the top of a scale: 46 is 50, 0.338 is 0.4."""
    if value <= 0:
        return 1
    step = 10.0 ** floor(log10(value))
    return next(times * step for times in (1, 2, 4, 5, 10) if value <= times * step * (1 + 1e-9))


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _apart(lines: list[Line], least: float = 30) -> list[Line]:
    """Moves the words at the ends of two lines apart, so that both can be read."""
    if len(lines) < 2 or abs(lines[0].end_y - lines[1].end_y) >= least:
        return lines
    upper, lower = sorted(lines, key=lambda line: line.end_y)
    middle = min(max((upper.end_y + lower.end_y) / 2, TOP + least / 2), HEIGHT - BOTTOM - least / 2)
    moved = {upper.name: middle - least / 2, lower.name: middle + least / 2}
    return [replace(line, label_y=moved[line.name]) for line in lines]
