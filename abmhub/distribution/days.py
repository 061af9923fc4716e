"""The past days that are asked about."""

from datetime import date, datetime, timedelta

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused


class NotOver(Refused):
    """A day is not over, or there is none."""


def past_days(since: date, until: date, *, at: datetime) -> list[date]:
    """Every day from the first to the last. Raises NotOver for a day that is not over at the moment."""
    if until >= business_day(at):
        raise NotOver(f"{until} is not over: the night of a day is for the days before it.")
    if since > until:
        raise NotOver(f"{since} is after {until}: no day is between them.")
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]
