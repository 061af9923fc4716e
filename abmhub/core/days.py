"""Business days: the calendar day that a moment falls on where the installation does business.

A business day does not begin at midnight but at its first moment: in some zones there are days
without 00:00, because clocks jump over it.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


def zone() -> ZoneInfo:
    """The time zone of the installation."""
    return ZoneInfo(settings.TIME_ZONE)


def business_day(at: datetime) -> date:
    """The business day of a moment. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("A moment without a zone belongs to no business day.")
    return at.astimezone(zone()).date()


def first_moment(day: date) -> datetime:
    """The moment, in UTC, at which the business day begins.

    Where the clocks jump over 00:00, Python reads it with the offset before the jump (fold=0,
    PEP 495), which is the moment of the jump itself.
    """
    return datetime.combine(day, time(), tzinfo=zone()).astimezone(UTC)
