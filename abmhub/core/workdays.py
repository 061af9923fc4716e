"""The working calendar: weekends and public holidays of the installation's country."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from holidays import HolidayBase, country_holidays

CUT_OFF_HOUR = 14
"""What arrives at or after this hour, in the installation's time zone, counts from the next working day."""

_ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether people work on that day: neither weekend nor public holiday in ABMHUB_COUNTRY.

    Raises NotImplementedError for a country whose calendar is unknown.
    """
    return _calendar(settings.ABMHUB_COUNTRY, day.year).is_working_day(day)


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

    Today until CUT_OFF_HOUR; the next working day after it, and when today is a day off.
    """
    here = at.astimezone(timezone.get_default_timezone())
    return add_working_days(here.date(), 1 if here.hour >= CUT_OFF_HOUR else 0)


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> HolidayBase:
    """One whole year, filled before anyone reads it: the library fills lazily, which threads would race."""
    return country_holidays(country, years=year, expand=False)
