"""How the money of an envelope goes down over its period, and where it will end: templates/budgets/burn_down.html."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import date_format

from abmhub.budgets.models import Envelope
from abmhub.budgets.models.ledger import DayOfMoney
from abmhub.core.numbers import money_text as money

WIDTH, HEIGHT = 520, 190
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 28
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """A row of the table behind the picture: what a week changed, and what was left at its end."""

    until: date
    used_amount: Decimal
    spent_amount: Decimal
    left_amount: Decimal


@dataclass(frozen=True)
class BurnDown:
    """`path` is what was left, `ahead` where it goes at this pace, `even` an even pace over the whole period."""

    title: str
    note: str
    path: str
    ahead: str
    even: str
    now_x: float
    now_y: float
    left_label: str
    ticks: list[tuple[float, str]]
    weeks: list[Week]
    has_begun: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def burn_down(envelope: Envelope, days: Sequence[DayOfMoney], today: date) -> BurnDown:
    """The picture as of a day; `days` are the ledger's, those before the period count as its first day."""
    until = min(max(today, envelope.starts_on), envelope.ends_on)
    points = list(_points(envelope, days, until))
    left = points[-1][1]
    x, y = _x(envelope, until), _y(envelope, left)
    end_on, end_left = _forecast(envelope, left, until)
    is_open = envelope.starts_on <= today <= envelope.ends_on
    return BurnDown(
        title=_title(envelope, left, today),
        note=f"What is free, {date_format(envelope.starts_on, 'j M')} to {date_format(envelope.ends_on, 'j M Y')}, "
        "measured against the total of today",
        path="M" + "L".join(f"{_x(envelope, on):.1f} {_y(envelope, amount):.1f}" for on, amount in points),
        ahead=f"M{x:.1f} {y:.1f}L{_x(envelope, end_on):.1f} {_y(envelope, end_left):.1f}" if is_open else "",
        even=f"M{LEFT} {TOP}L{WIDTH - RIGHT} {HEIGHT - BOTTOM}",
        now_x=x,
        now_y=y,
        left_label=money(left, envelope.currency),
        ticks=[
            (_y(envelope, envelope.total_amount * share), money(envelope.total_amount * share, envelope.currency))
            for share in (Decimal(0), Decimal("0.5"), Decimal(1))
        ],
        weeks=list(_weeks(envelope, days, until)),
        has_begun=today >= envelope.starts_on,
    )


def _points(envelope: Envelope, days: Sequence[DayOfMoney], until: date) -> Iterator[tuple[date, Decimal]]:
    """A step for each day on which something moved."""
    left, on = envelope.total_amount, envelope.starts_on
    yield on, left
    for day in days:
        on = min(max(day.on, envelope.starts_on), until)
        yield on, left
        left -= day.used_amount
        yield on, left
    yield until, left


def _forecast(envelope: Envelope, left: Decimal, until: date) -> tuple[date, Decimal]:
    """Where the line ends at the pace so far: on the day it reaches nothing, or at the end of the period."""
    passed = (until - envelope.starts_on).days + 1
    pace = (envelope.total_amount - left) / passed
    rest = (envelope.ends_on - until).days
    if pace <= 0:
        return envelope.ends_on, left
    if left <= pace * rest:
        return until + timedelta(days=int(left / pace)), Decimal(0)
    return envelope.ends_on, left - pace * rest


def _title(envelope: Envelope, left: Decimal, today: date) -> str:
    """The finding, in words."""
    if today < envelope.starts_on:
        total = money(envelope.total_amount, envelope.currency)
        return f"It begins on {date_format(envelope.starts_on, 'j F')} with {total}"
    if today > envelope.ends_on:
        return f"{money(left, envelope.currency)} were left at the end"
    if left == envelope.total_amount:
        return "Nothing is used yet"
    if left == 0:
        return "All of it is used"
    end_on, end_left = _forecast(envelope, left, today)
    if end_left:
        return f"At this pace {money(end_left.quantize(Decimal(1)), envelope.currency)} will be left at the end"
    early = (envelope.ends_on - end_on).days
    days = f"{early} day{'s'[: early != 1]} before the end" if early else "just at the end"
    return f"At this pace it is empty on {date_format(end_on, 'j F')}, {days}"


def _weeks(envelope: Envelope, days: Sequence[DayOfMoney], until: date) -> Iterator[Week]:
    left, begins = envelope.total_amount, envelope.starts_on
    while begins <= until:
        last = min(begins + WEEK - timedelta(days=1), envelope.ends_on)
        is_last = begins + WEEK > until
        here = [
            day for day in days if (day.on >= begins or begins == envelope.starts_on) and (day.on <= last or is_last)
        ]
        used = sum((day.used_amount for day in here), Decimal(0))
        left -= used
        yield Week(min(last, until), used, sum((day.spent_amount for day in here), Decimal(0)), left)
        begins += WEEK


def _x(envelope: Envelope, on: date) -> float:
    days = max((envelope.ends_on - envelope.starts_on).days, 1)
    return LEFT + (on - envelope.starts_on).days / days * (WIDTH - LEFT - RIGHT)


def _y(envelope: Envelope, amount: Decimal) -> float:
    share = float(amount / envelope.total_amount) if envelope.total_amount else 0.0
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
