"""The months of a file of signals."""

from datetime import datetime

from psycopg.sql import Identifier

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.signals import months, retention
from abmhub.signals.months import Signals


def make_months(signals: Signals, at: datetime) -> None:
    """Make the tables in which the staged rows will lie."""
    found = sql.rows("imports/rows/months", _parts={"column": Identifier(signals.column)})
    months.make(signals, [row["month"] for row in found], on=business_day(at))


def skip_dropped(signals: Signals) -> None:
    """Leave out what is from months that were dropped: it was counted already."""
    if first := retention.kept_from(signals):
        reason = f"It is from before {first:%B %Y}: of that time no single signals are kept."
        sql.run("imports/rows/skip_dropped", _parts={"column": Identifier(signals.column)}, first=first, reason=reason)
