"""The line of a metric: where it came from, and the target it goes to. Small in its tile, larger as a file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
