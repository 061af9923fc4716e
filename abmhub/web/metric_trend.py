"""The line of a metric: where it came from, and the target it goes to. Small in its tile, larger as a file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from abmhub.metrics.spans import Window
from abmhub.metrics.tiles import Tile
from abmhub.metrics.words import written

WIDTH, HEIGHT, PAD = 240, 52, 5
FILE_WIDTH, FILE_HEIGHT = 640, 220


@dataclass(frozen=True)
class Spark:
    """A line over days on a scale that holds all its points and the target."""

    path: str
    end_x: float
    end_y: float
    target_y: float | None
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def spark(
    points: tuple[tuple[date, Decimal], ...], target: Decimal | None, *, width: int = WIDTH, height: int = HEIGHT
) -> Spark | None:
    """None where there is nothing to compare: fewer than two points."""
    if len(points) < 2:
        return None
    known = [float(value) for _, value in points]
    shown = [*known, *([float(target)] if target is not None else [])]
    low, high = min(shown), max(shown)
    span = high - low
    first, days = points[0][0], (points[-1][0] - points[0][0]).days

    def y_of(value: float) -> float:
        share = (value - low) / span if span else 0.5
        return round(height - PAD - share * (height - 2 * PAD), 1)

    placed = [
        (round(PAD + (day - first).days / days * (width - 2 * PAD), 1), y_of(value))
        for (day, _), value in zip(points, known, strict=True)
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in placed)
    target_y = y_of(float(target)) if target is not None else None
    return Spark(path, *placed[-1], target_y, first, points[-1][0], width, height)


def drawing_of(tile: Tile, window: Window) -> dict[str, Any] | None:
    """What templates/metrics/trend_drawing.html draws, on the page and as a file; None before the second night."""
    wanted, unit = tile.target, tile.ours.definition.unit
    line = spark(tile.trend, wanted.value if wanted else None, width=FILE_WIDTH, height=FILE_HEIGHT)
    if line is None:
        return None
    began, value = written(tile.trend[0][1], unit), written(tile.ours.value, unit)
    return {
        "tile": tile,
        "spark": line,
        "window": window.label,
        "began": began,
        "value": value,
        "target": written(wanted.value, unit) if wanted else "",
        "finding": f"{tile.metric.label}: {began} in {date_format(line.first, 'F Y')}, "
        f"{value} on {date_format(line.last, 'j F Y')}",
    }
