"""Where the line of a balance and its control limits stand; templates/funnel/balance.html draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

from abmhub.funnel.balance import LATEST, Balance

WIDTH, HEIGHT = 520, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 28


@dataclass(frozen=True)
class Mark:
    """A month's share; `is_out` when its smoothed value lies outside of the limits."""

    x: float
    y: float
    is_out: bool
    words: str


@dataclass(frozen=True)
class BalancePicture:
    """`limits` is the band within which the smoothed share lies while nothing changes."""

    path: str
    smoothed: str
    limits: str
    centre_y: float | None
    marks: list[Mark]
    ticks: list[tuple[float, str]]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def balance_picture(balance: Balance) -> BalancePicture:
    """The months of one measure, from nothing to all."""
    shares, months = balance.shares, balance.months
    xs = [LEFT + number / (len(shares) - 1) * (WIDTH - LEFT - RIGHT) for number in range(len(shares))]
    controls = balance.controls
    latest = range(len(shares) - LATEST, len(shares))
    return BalancePicture(
        path=_path(zip(xs, map(_y, shares), strict=True)),
        smoothed=_path((x, _y(control.value)) for x, control in zip(xs, controls, strict=False)),
        limits=_band(xs, [_y(control.high) for control in controls], [_y(control.low) for control in controls]),
        centre_y=None if balance.centre is None else _y(balance.centre),
        marks=[
            Mark(x, _y(share), bool(controls) and number in latest and controls[number].is_out, f"{share:.0%}")
            for number, (x, share) in enumerate(zip(xs, shares, strict=True))
        ],
        ticks=[(_y(share), f"{share:.0%}") for share in (0.0, 0.5, 1.0)],
        first=f"{months[0].month_on:%b %Y}",
        last=f"{months[-1].month_on:%b %Y}",
    )


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - min(max(share, 0.0), 1.0) * (HEIGHT - TOP - BOTTOM)


def _path(points: Iterable[tuple[float, float]]) -> str:
    found = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{'L'.join(found)}" if found else ""


def _band(xs: list[float], highs: list[float], lows: list[float]) -> str:
    if not highs:
        return ""
    there = list(zip(xs, highs, strict=False))
    back = list(zip(xs, lows, strict=False))[::-1]
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in (*there, *back))}Z"
