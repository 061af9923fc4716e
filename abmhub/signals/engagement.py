"""How much an account did with us lately: engagement, 0-100, and the events that make it.

    points     = sum of weight * contact factor * 0.5 ^ (age / half-life)     over the events that count
    engagement = min(100, points rounded half up)                             0 without any

The age is in whole business days: on the day itself an event counts in full, after one half-life half.
Of one type an account has at most the daily cap on one day, those of the highest contact factor first.
After 20 half-lives an event counts nothing (it would be a millionth). The contact factor is that of the
person's seniority or that of their buying role, whichever is higher; 1 where neither has any, as for an
anonymous event.

Points are summed as integers, so that the result depends on no order and a repeated night finds the same:
1 point is 100 * 2^20 units, the 100 because factors are percent.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from psycopg.sql import SQL, Composable, Literal

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.signals.models import EventType

UNITS_PER_POINT = 100 * 2**20
LASTS_HALF_LIVES = 20
EVERYBODY = SQL("TRUE")


@dataclass(frozen=True)
class Contribution:
    """One event and what it still gives. `strength` is how much of it is left, 100 on the day itself."""

    event_type: str
    contact: str
    day: date
    age_days: int
    weight: int
    factor_percent: int
    half_life_days: int
    is_meaningful: bool
    is_within_cap: bool
    points: float

    @property
    def strength(self) -> int:
        return round(100 * float(0.5 ** (self.age_days / self.half_life_days)))


@dataclass(frozen=True)
class Engagement:
    """The engagement of one account: its score 0-100, its points, and the events that give most."""

    units: int
    events: int
    contributions: tuple[Contribution, ...]

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    @property
    def score(self) -> int:
        return score_of(self.units)


def score_of(units: int) -> int:
    """The engagement 0-100 of so many units; the twin of the SQL of the night."""
    return min(100, (2 * units + UNITS_PER_POINT) // (2 * UNITS_PER_POINT))


def units_needed(score: int) -> int:
    """The fewest units whose engagement is that score."""
    return (2 * score - 1) * UNITS_PER_POINT // 2


def gather(as_of: date) -> int:
    """Keep everybody's engagement on the day as `tonight_engagement`; returns how many accounts have any."""
    return sql.materialize(
        "tonight_engagement",
        "signals/engagement",
        _parts={"contributions": _contributions(EVERYBODY)},
        **parameters(as_of),
    )


def engagement_of(account_id: int, as_of: date, *, limit: int = 12) -> Engagement:
    """The engagement of one account on a day, from the statement that the night runs, in two queries."""
    found = sql.rows(
        "signals/strongest_contributions",
        _parts={"contributions": contributions_of(account_id)},
        limit=limit,
        **parameters(as_of),
    )
    return Engagement(
        units=found[0]["total_units"] if found else 0,
        events=found[0]["events"] if found else 0,
        contributions=tuple(_contribution(row) for row in found),
    )


def _contribution(row: dict[str, Any]) -> Contribution:
    return Contribution(
        event_type=row["event_type"],
        contact=row["contact"] or "",
        day=row["business_day"],
        age_days=row["age_days"],
        weight=row["weight"],
        factor_percent=row["percent"],
        half_life_days=row["half_life_days"],
        is_meaningful=row["is_meaningful"],
        is_within_cap=row["is_within_cap"],
        points=row["units"] / UNITS_PER_POINT,
    )


def contributions_of(account_id: int) -> Composable:
    """The events of one account that still count, as a part of a statement."""
    return _contributions(SQL("event.account_id = {}").format(Literal(account_id)))


def _contributions(accounts: Composable) -> Composable:
    return sql.part("signals/contributions", accounts=accounts)


def parameters(as_of: date) -> dict[str, Any]:
    """What every statement about engagement is told of the day.

    Literals, because PostgreSQL plans badly around functions of the session's zone.
    """
    longest = EventType.objects.aggregate(longest=Max("half_life_days"))["longest"] or 0
    return {
        "as_of": as_of,
        "zone": settings.TIME_ZONE,
        "since": first_moment(as_of - timedelta(days=LASTS_HALF_LIVES * longest)),
        "until": first_moment(as_of + timedelta(days=1)),
    }
