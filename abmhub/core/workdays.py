"""Working calendars: weekends and public holidays of a country, and what this installation has decided beside them.

What was decided are a few rows in the admin: the first is everybody's calendar, by which days are counted unless
another is named; the others are those of teams elsewhere. Each process keeps them for a while, because dates are
counted in loops.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from holidays import HolidayBase, country_holidays, list_supported_countries

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
    name: str = ""
    time_zone: str = ""

    @classmethod
    def of(cls, row: WorkingCalendar) -> "Calendar":
        """As the database has it."""
        days = list(row.days.all())
        return cls(
            row.country,
            row.region,
            frozenset(row.weekend),
            row.cut_off_hour,
            frozenset(day.day_on for day in days if day.is_worked),
            frozenset(day.day_on for day in days if not day.is_worked),
            row.name,
            row.time_zone,
        )

    def local(self, at: datetime) -> datetime:
        """The moment by the clock of those who work by this calendar."""
        return at.astimezone(ZoneInfo(self.time_zone) if self.time_zone else zone())

    def day_of(self, at: datetime) -> date:
        """The day of a moment where they are."""
        return self.local(at).date()


@dataclass
class _Kept:
    """The calendars as this process knows them, by their ids, and until when."""

    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    until: float = -inf

    def forget(self, **_: Any) -> None:
        self.until = -inf

    def read(self) -> None:
        rows = WorkingCalendar.objects.prefetch_related("days")
        self.calendars = {WorkingCalendar.DEFAULT: Calendar()} | {row.pk: Calendar.of(row) for row in rows}
        self.until = time.monotonic() + KEPT_SECONDS


kept = _Kept()
for _model in (WorkingCalendar, CalendarDay):
    for _signal in (post_save, post_delete):
        _signal.connect(kept.forget, sender=_model)


def calendar(pk: int | None = None) -> Calendar:
    """The calendar with this id as it is in force, at most KEPT_SECONDS old; without one everybody's."""
    wanted = pk or WorkingCalendar.DEFAULT
    if time.monotonic() >= kept.until or wanted not in kept.calendars:
        kept.read()
    return kept.calendars.get(wanted) or kept.calendars[WorkingCalendar.DEFAULT]


def is_working_day(day: date, by: Calendar | None = None) -> bool:
    """Whether people work on that day: neither weekend nor public holiday, nor closed; or worked all the same."""
    decided = by or calendar()
    return day in _working_days(decided, decided.country or settings.ABMHUB_COUNTRY, day.year)


def add_working_days(day: date, count: int, by: Calendar | None = None) -> date:
    """The working day that lies `count` working days after `day`.

    With 0 it is the day itself, or the next working day when nobody works on it.
    """
    if count < 0:
        raise ValueError("The working calendar is walked forwards.")
    by = by or calendar()
    while count > 0 or not is_working_day(day, by):
        day += _ONE_DAY
        count -= is_working_day(day, by)
    return day


def subtract_working_days(day: date, count: int, by: Calendar | None = None) -> date:
    """The working day that lies `count` working days before `day`.

    With 0 it is the day itself, or the working day before when nobody works on it.
    """
    if count < 0:
        raise ValueError("The working calendar is walked backwards here.")
    by = by or calendar()
    while count > 0 or not is_working_day(day, by):
        day -= _ONE_DAY
        count -= is_working_day(day, by)
    return day


def working_days_between(start: date, end: date, by: Calendar | None = None) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    by = by or calendar()
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, by) for day in days)


def first_working_day(at: datetime, by: Calendar | None = None) -> date:
    """The working day on which work that arrives at this moment begins to count.

    Today until the cut-off hour, by the calendar's clock; the next working day after it, and when today is a day off.
    """
    by = by or calendar()
    there = by.local(at)
    return add_working_days(there.date(), 1 if there.hour >= by.cut_off_hour else 0, by)


def wrong_with(country: str, region: str, time_zone: str) -> dict[str, str]:
    """What nobody could work by, as a sentence for each field that is wrong; empty stands for the installation's."""
    known, problems = list_supported_countries(include_aliases=False), {}
    if country and country not in known:
        problems["country"] = "The holidays of no such country are known: write two letters, such as DE."
    elif region and region not in known.get(country or settings.ABMHUB_COUNTRY, ()):
        regions = ", ".join(known.get(country or settings.ABMHUB_COUNTRY, ())) or "it has none"
        problems["region"] = f"No such part of the country is known; known are: {regions}."
    if time_zone and time_zone not in available_timezones():
        problems["time_zone"] = "No such time zone is known: write one such as Europe/Berlin."
    return problems


@lru_cache(maxsize=512)
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
