"""Whether the figures are late: the night of the last day that should have one is missing hours after its time."""

from datetime import date, datetime, timedelta

from celery.schedules import crontab_parser

from abmhub.core.days import zone

GRACE = timedelta(hours=4)
"""So long a night may be on its way before anybody is told."""
USUALLY = ("2-23", "*")
"""Hours and days of the week of the schedule that the product ships."""


def last_due(at: datetime, *, hours: str, weekdays: str) -> date:
    """The last business day whose night should be there by now, with a schedule as crontab writes it."""
    begins_at = min(crontab_parser(24).parse(hours))
    days = crontab_parser(7).parse(weekdays)
    day = (at.astimezone(zone()) - timedelta(hours=begins_at) - GRACE).date()
    while day.isoweekday() % 7 not in days:
        day -= timedelta(days=1)
    return day
