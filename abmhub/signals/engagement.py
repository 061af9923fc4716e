"""How much an account did with us lately: engagement, 0-100, and the events that make it.

    points     = sum of weight * contact factor * 0.5 ^ (age / half-life)     over the events that count
    engagement = min(100, points rounded half up)                             0 without any

The age is in whole business days: on the day itself an event counts in full, after one half-life half.
Of one type an account has at most the daily cap on one day, those of the highest contact factor first.
After 20 half-lives an event counts nothing, or less than a millionth. The contact factor is that of the
person's seniority or that of their buying role, whichever is higher; 1 where neither has any, as for an
anonymous event.

What an event gives is kept as of a landmark, a day that stays the same for sixteen half-lives:

    magnitude = weight * percent * round(2^20 * 2 ^ ((day - landmark) / half-life))
    units     = sum over half-lives of round(sum of magnitudes * 0.5 ^ ((today - landmark) / half-life))

Decay multiplies all magnitudes of a half-life alike, so those of a quiet account never change, and one number for each
half-life is all that the night needs of it ("forward decay", Cormode and others, ICDE 2009). Magnitudes are integers,
so that their sum depends on no order and a repeated night finds the same. 1 point is 100 * 2^20 units, the 100 because
factors are percent. Points are rounded to thousandths first: what rounding magnitudes costs is far less than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from psycopg.sql import SQL, Composable, Literal

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.signals.models import EventType

UNITS_PER_POINT = 100 * 2**20
LASTS_HALF_LIVES = 20
LANDMARK_STAYS_HALF_LIVES = 16
MOST = 2**58
"""No magnitude is greater: it is more than 40,000 points on any day, so that no sum gets too long either."""
FIRST_LANDMARK = date(1970, 1, 1)
EVERYBODY = SQL("TRUE")
EVENTS = SQL("signals_engagementevent")


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
        return points_of(self.units)

    @property
    def score(self) -> int:
        return score_of(self.units)


def thousandths(units: int) -> int:
    """Thousandths of a point, rounded half up."""
    return (2000 * units + UNITS_PER_POINT) // (2 * UNITS_PER_POINT)


def points_of(units: int) -> float:
    """The points of so many units, to thousandths."""
    return thousandths(units) / 1000


def score_of(units: int) -> int:
    """The engagement 0-100 of so many units; the twin of `score`."""
    return min(100, (thousandths(units) + 500) // 1000)


def score(units: Composable) -> Composable:
    """The engagement of so many units as SQL. More than 101 points are 101, so that no number gets too long."""
    return SQL("least(100, ((2000 * least({units}, {most}) + {point}) / (2 * {point}) + 500) / 1000)::int").format(
        units=units, most=Literal(101 * UNITS_PER_POINT), point=Literal(UNITS_PER_POINT)
    )


def units_needed(score: int) -> int:
    """The fewest units whose engagement is that score."""
    return -((1 - 2 * (1000 * score - 500)) * UNITS_PER_POINT // 2000)


def half_lives() -> list[int]:
    """Of the event types that weigh anything, shortest first: the order of the magnitudes of an account."""
    return sorted(set(EventType.objects.filter(weight__gt=0).values_list("half_life_days", flat=True)))


def landmark(half_life: int, as_of: date) -> date:
    """The day as of which magnitudes are kept; the twin of the SQL."""
    stays = LANDMARK_STAYS_HALF_LIVES * half_life
    return FIRST_LANDMARK + timedelta(days=(as_of - FIRST_LANDMARK).days // stays * stays)


def gather(as_of: date) -> int:
    """Keep everybody's engagement on the day as `tonight_engagement`; returns how many accounts have any."""
    lives = half_lives()
    _gather_magnitudes(as_of, lives, _contributions(EVERYBODY, of_everybody=True))
    return sql.materialize(
        "tonight_engagement", "signals/engagement", _parts={"units": _units(lives, as_of)}, _asked=["account_id"]
    )


def gather_all(as_of: date, *, counted: Composable = EVERYBODY) -> int:
    """As `gather`, of the events that a condition on "event" names; keep the magnitudes for the nights to come."""
    lives = half_lives()
    _gather_magnitudes(as_of, lives, _contributions(counted, of_everybody=True))
    sql.run("signals/magnitudes_gone", _parts={"accounts": EVERYBODY})
    sql.run("signals/magnitudes_found")
    return sql.materialize(
        "tonight_engagement", "signals/engagement", _parts={"units": _units(lives, as_of)}, _asked=["account_id"]
    )


def refresh(as_of: date, *, among: Composable, counted: Composable) -> int:
    """Weigh the events of the accounts that `among` selects anew; returns how many of them have any."""
    theirs = sql.part("signals/events_of", among=among)
    found = _gather_magnitudes(as_of, half_lives(), _contributions(counted, events=theirs))
    sql.run("signals/magnitudes_gone", _parts={"accounts": SQL("kept.account_id IN ({})").format(among)})
    sql.run("signals/magnitudes_found")
    return found


def add(as_of: date, *, new: Composable, counted: Composable) -> int:
    """Add the events of the relation `new` to the magnitudes of their accounts; returns how many accounts.

    Where they are late, all that the account has of their type and day are weighed with and without them: because of
    the daily cap one that counts more may take the place of another. Of other days there are no events but these.
    """
    lives = half_lives()
    sql.materialize(
        "tonight_same_day", "signals/same_day", _parts={"new": new, "counted": counted}, **parameters(as_of)
    )
    known = SQL("(SELECT * FROM tonight_same_day WHERE NOT is_new)")
    _gather_magnitudes(as_of, lives, _contributions(EVERYBODY, events=known), table="tonight_magnitude_before")
    _gather_magnitudes(as_of, lives, _contributions(EVERYBODY, events=sql.part("signals/with_late", new=new)))
    sums = SQL(", ").join(
        SQL(
            "coalesce(kept.magnitudes[{place}], 0)"
            " + after.magnitudes[{place}] - coalesce(before.magnitudes[{place}], 0)"
        ).format(place=Literal(place))
        for place in range(1, len(lives) + 1)
    )
    return sql.run("signals/magnitudes_added", _parts={"sums": SQL("ARRAY[{}]::bigint[]").format(sums)})


def gather_kept(as_of: date, *, among: Composable | None = None) -> int:
    """Keep the engagement on the day, by the magnitudes that are kept of it, of the accounts that `among` selects."""
    accounts = SQL("account_id IN ({})").format(among) if among else EVERYBODY
    return sql.materialize(
        "tonight_engagement",
        "signals/engagement_kept",
        _parts={"units": _units(half_lives(), as_of), "accounts": accounts},
        _asked=["account_id"],
    )


def kept_score(as_of: date) -> Composable:
    """The engagement on the day as SQL over `magnitudes` that were kept; they may be missing."""
    return score(SQL("coalesce({}, 0)").format(_units(half_lives(), as_of)))


def _gather_magnitudes(
    as_of: date, lives: Sequence[int], contributions: Composable, *, table: str = "tonight_magnitude"
) -> int:
    sums = SQL(", ").join(
        SQL("least(coalesce(sum(magnitude) FILTER (WHERE half_life_days = {}), 0), {})::bigint").format(
            Literal(each), Literal(MOST)
        )
        for each in lives
    )
    return sql.materialize(
        table,
        "signals/magnitudes",
        _parts={"contributions": contributions, "magnitudes": SQL("ARRAY[{}]::bigint[]").format(sums)},
        _asked=["account_id"],
        **parameters(as_of),
    )


def _units(lives: Sequence[int], as_of: date) -> Composable:
    """The units of `magnitudes` on the day."""
    return SQL(" + ").join(
        [
            SQL("0::bigint"),
            *(
                SQL("round(magnitudes[{}] * power(0.5::float8, {}::float8 / {}))::bigint").format(
                    Literal(place), Literal((as_of - landmark(each, as_of)).days), Literal(each)
                )
                for place, each in enumerate(lives, start=1)
            ),
        ]
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
        points=points_of(row["units"]),
    )


def contributions_of(account_id: int) -> Composable:
    """The events of one account that still count, as a part of a statement."""
    return _contributions(SQL("event.account_id = {}").format(Literal(account_id)))


def _contributions(whose: Composable, *, events: Composable = EVENTS, of_everybody: bool = False) -> Composable:
    """Each event with a look at its person; those of everybody with one pass over all people."""
    people = sql.part("signals/factors", all=sql.part("signals/all_factors") if of_everybody else SQL(""))
    return sql.part("signals/contributions", events=events, people=people, whose=whose)


def parameters(as_of: date) -> dict[str, Any]:
    """What every statement about engagement is told of the day.

    Literals, because PostgreSQL plans badly around functions of the session's zone.
    """
    oldest = (landmark(each, as_of) - timedelta(days=LASTS_HALF_LIVES * each) for each in half_lives())
    return {
        "as_of": as_of,
        "zone": settings.TIME_ZONE,
        "first_landmark": FIRST_LANDMARK,
        "stays": LANDMARK_STAYS_HALF_LIVES,
        "lasts": LASTS_HALF_LIVES,
        "most": MOST,
        "since": first_moment(min(oldest, default=as_of)),
        "until": first_moment(as_of + timedelta(days=1)),
    }
