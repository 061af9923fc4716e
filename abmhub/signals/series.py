"""The weekly levels behind the intent of one account, for a line that is small enough to sit in a table."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from psycopg.sql import SQL, Literal

from abmhub.core import sql
from abmhub.signals.intent import ARITHMETIC, parameters

WEEKS = ARITHMETIC["recent_weeks"] + ARITHMETIC["baseline_weeks"]


@dataclass(frozen=True)
class WeekLevel:
    """A level 0-100; None in a week in which the provider reported on nobody."""

    week_on: date
    level: int | None
    is_recent: bool


Series = tuple[WeekLevel, ...]


def weekly_levels(account_id: int, as_of: date, weeks: int = int(WEEKS)) -> dict[tuple[int, int], Series]:
    """By topic and provider the last weeks, oldest first, of all that the account was seen on in them; in one query.

    They end where the intent of that day does: with this week if the provider has reported on it, else the last.
    """
    found: dict[tuple[int, int], list[WeekLevel]] = defaultdict(list)
    rows = sql.rows(
        "signals/weekly_levels",
        _parts={"accounts": SQL("observation.account_id = {}").format(Literal(account_id))},
        weeks=weeks,
        **parameters(as_of),
    )
    for row in rows:
        week = WeekLevel(row["week_on"], row["level"], row["is_recent"])
        found[row["topic_id"], row["provider_id"]].append(week)
    return {key: tuple(series) for key, series in found.items()}
