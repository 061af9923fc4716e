"""Over which days a figure is taken, and by what it is cut."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

YEAR_DAYS = 365
MONTHS_BACK, QUARTERS_BACK, WEEKS_BACK = 12, 8, 8


class Window(models.TextChoices):
    """The days up to one, that day included. Each window lies within the next."""

    MONTH = "month", "This month"
    QUARTER = "quarter", "This quarter"
    YEAR = "year", "Last 12 months"

    def first_day(self, day: date) -> date:
        if self == Window.MONTH:
            return day.replace(day=1)
        if self == Window.QUARTER:
            return quarter_of(day)
        return day - timedelta(days=YEAR_DAYS - 1)

    def marks(self, day: date) -> list[date]:
        """The days whose figures make its trend, oldest first: windows that were over, and the one of the day."""
        if self == Window.MONTH:
            past = month_ends(day, MONTHS_BACK)
        elif self == Window.QUARTER:
            past = [end for end in month_ends(day, 3 * QUARTERS_BACK) if end.month % 3 == 0]
        else:
            past = month_ends(day, MONTHS_BACK) + [day - timedelta(weeks=number) for number in range(1, WEEKS_BACK)]
        return sorted({*past, day})


class By(models.TextChoices):
    """The ways to cut. Rows that say nothing about it have the empty key, so that the slices sum to the whole."""

    MOTION = "motion", "Motion"
    TIER = "tier", "Tier"
    SEGMENT = "segment", "Segment"
    INDUSTRY = "industry", "Industry"
    TERRITORY = "territory", "Territory"


@dataclass(frozen=True)
class Cut:
    """One slice. Without `by` it is the whole."""

    by: str = ""
    key: str = ""


WHOLE = Cut()


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter of a day."""
    return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month before that of a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def month_ends(day: date, number: int) -> list[date]:
    """The last days of so many months before that of a day, newest first."""
    found, end = [], day.replace(day=1) - timedelta(days=1)
    for _ in range(number):
        found.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return found
