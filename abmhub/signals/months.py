"""Signals lie in a table for each month of UTC, so that retention can drop a month as a whole.

Months are made ahead, and before a file that tells of others is taken in. What comes for a month that has no table is
never refused: it lies in the table of the rest, which `tend` empties into months of their own. A month is made with
locks of milliseconds, and waits for none of them: if somebody is in the way it is left for the next time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import structlog
from django.db import OperationalError, transaction
from psycopg.sql import Composable, Identifier, Literal

from abmhub.core import sql

MONTHS_AHEAD = 3
MOST_MONTHS_BACK = 60
"""What is older by then is too little, or a mistake: it stays in the table of the rest."""
# The first half of an advisory lock; the second is nothing.
MAKING = 0x1AE

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Signals:
    """A table that is parted by month, what lies in it, and the column that says in which."""

    name: str
    table: str
    column: str
    has_moments: bool

    @property
    def rest(self) -> str:
        return f"{self.table}_rest"

    def begin(self, month: date) -> Composable:
        """The first value of a month, as a literal."""
        return Literal(datetime.combine(month, time(), UTC) if self.has_moments else month)

    def parts(self, **more: Composable) -> dict[str, Composable]:
        names = {"table": Identifier(self.table), "rest": Identifier(self.rest), "column": Identifier(self.column)}
        return names | more


EVENTS = Signals("Engagement", "signals_engagementevent", "occurred_at", has_moments=True)
INTENT = Signals("Intent", "signals_intentobservation", "week_on", has_moments=False)


@dataclass(frozen=True)
class Stretch:
    """A table of one month, or of all until the end of one: `begins_on` is None there."""

    name: str
    begins_on: date | None
    ends_before: date

    def holds(self, month: date) -> bool:
        return (self.begins_on is None or self.begins_on <= month) and month < self.ends_before


def later(month: date, months: int) -> date:
    """The first day of the month that is so many later, or earlier."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def stretches(signals: Signals) -> list[Stretch]:
    """The tables that there are, oldest first; without that of the rest."""
    return [Stretch(**row) for row in sql.rows("signals/months", table=signals.table)]


def tend(day: date) -> int:
    """Make what is missing of the months ahead, and of those that the rest has signals of; returns how many."""
    ahead = [later(day, number) for number in range(MONTHS_AHEAD + 1)]
    return sum(make(signals, [*ahead, *in_rest(signals)], on=day) for signals in (EVENTS, INTENT))


def in_rest(signals: Signals) -> list[date]:
    """The months of the signals that have no table of their month."""
    return [row["month"] for row in sql.rows("signals/months_in_rest", _parts=signals.parts())]


def make(signals: Signals, months: Iterable[date], *, on: date) -> int:
    """Make the tables of these months where there are none; of those too far from the day none is. Returns how many."""
    first, last = later(on, -MOST_MONTHS_BACK), later(on, MONTHS_AHEAD)
    wanted = {month.replace(day=1) for month in months}
    there = stretches(signals)
    missing = [
        month for month in wanted if first <= month <= last and not any(stretch.holds(month) for stretch in there)
    ]
    return sum(_make(signals, month) for month in sorted(missing))


def _make(signals: Signals, month: date) -> bool:
    """Whether it was made: not when somebody holds what has to be locked."""
    parts = signals.parts(
        month=Identifier(f"{signals.table}_{month:%Y_%m}"),
        begin=signals.begin(month),
        end=signals.begin(later(month, 1)),
    )
    try:
        with transaction.atomic(), impatience():
            sql.rows("signals/one_month_at_a_time", lock=MAKING)
            if any(stretch.holds(month) for stretch in stretches(signals)):
                return False
            for step in ("create", "lock_rest", "fill", "attach"):
                sql.run(f"signals/month_{step}", _parts=parts)
    except OperationalError as busy:
        log.info("month_left_for_later", table=signals.table, month=str(month), reason=str(busy))
        return False
    return True


@contextmanager
def impatience() -> Iterator[None]:
    """Within a transaction: meanwhile a lock that is not had within half a second is an OperationalError.

    That is less than PostgreSQL waits before it looks for a deadlock: of two, the one that can come again gives way.
    """
    sql.run("signals/impatient")
    yield
    # A failure takes the setting back with all that was done.
    sql.run("signals/patient")
