"""The working calendar: weekends and public holidays of a country, and what this installation has decided beside them.

What was decided is two rows in the admin. Each process keeps them for a while, because dates are counted in loops.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from holidays import HolidayBase, country_holidays

from abmhub.core.days import zone
from abmhub.core.models import CalendarDay, WorkingCalendar

KEPT_SECONDS = 30
"""How long a process goes by the calendar it has read; one that has changed it itself reads it again at once."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """What was decided about working days; without anything decided it is the country's."""

    country: str = ""
    region: str = ""
    weekend: frozenset[int] = frozenset()
    cut_off_hour: int = 14
    worked: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()

    @classmethod
    def read(cls) -> "Calendar":
        """As the database has it."""
        row = WorkingCalendar.objects.prefetch_related("days").first()
        if row is None:
            return cls()
        days = list(row.days.all())
        return cls(
            row.country,
            row.region,
            frozenset(row.weekend),
            row.cut_off_hour,
            frozenset(day.day_on for day in days if day.is_worked),
            frozenset(day.day_on for day in days if not day.is_worked),
        )


@dataclass
class _Kept:
    """The calendar as this process knows it, and until when."""

    calendar: Calendar = Calendar()
    until: float = -inf

    def forget(self, **_: Any) -> None:
        self.until = -inf


kept = _Kept()
for _model in (WorkingCalendar, CalendarDay):
    for _signal in (post_save, post_delete):
        _signal.connect(kept.forget, sender=_model)


def calendar() -> Calendar:
    """The calendar in force, at most KEPT_SECONDS old."""
    if time.monotonic() >= kept.until:
        kept.calendar, kept.until = Calendar.read(), time.monotonic() + KEPT_SECONDS
    return kept.calendar


def is_working_day(day: date) -> bool:
    """Whether people work on that day: neither weekend nor public holiday, nor closed; or worked all the same."""
    decided = calendar()
    return day in _working_days(decided, decided.country or settings.ABMHUB_COUNTRY, day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day`.

    With 0 it is the day itself, or the next working day when nobody works on it.
    """
    if count < 0:
        raise ValueError("The working calendar is walked forwards.")
    while count > 0 or not is_working_day(day):
        day += _ONE_DAY
        count -= is_working_day(day)
    return day


def subtract_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`.

    With 0 it is the day itself, or the working day before when nobody works on it.
    """
    if count < 0:
        raise ValueError("The working calendar is walked backwards here.")
    while count > 0 or not is_working_day(day):
        day -= _ONE_DAY
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def first_working_day(at: datetime) -> date:
    """The working day on which work that arrives at this moment begins to count.

    Today until the cut-off hour, in the installation's time zone; the next working day after it, and when today
    is a day off.
    """
    here = at.astimezone(zone())
    return add_working_days(here.date(), 1 if here.hour >= calendar().cut_off_hour else 0)


@lru_cache(maxsize=128)
def _working_days(decided: Calendar, country: str, year: int) -> frozenset[date]:
    """The working days of one year. Of a country whose holidays are unknown, all from Monday to Friday."""
    try:
        known = country_holidays(country, subdiv=decided.region or None, years=year, expand=False)
    except NotImplementedError:
        known = HolidayBase(years=year, expand=False)
    return frozenset(day for day in _days_of(year) if _is_worked(day, decided, known))


def _is_worked(day: date, decided: Calendar, known: HolidayBase) -> bool:
    if day in decided.worked or day in decided.closed:
        return day in decided.worked
    if decided.weekend:
        return day.weekday() not in decided.weekend and day not in known
    return bool(known.is_working_day(day))


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _ONE_DAY
