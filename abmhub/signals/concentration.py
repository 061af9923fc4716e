"""Whether the engagement of an account hangs on one person.

Shares are of the very units that the engagement is the sum of, see signals/engagement.py: decayed, weighted
by who it was, within the daily caps. What nobody gave a name to counts for no person, but counts.
"""

from dataclasses import dataclass
from datetime import date

from abmhub.core import sql
from abmhub.signals.engagement import contributions_of, parameters, points_of

ALARM_ABOVE_PERCENT = 70
LEAST_EVENTS = 2
"""One event is always somebody's: that is a beginning and no alarm."""


@dataclass(frozen=True)
class PersonShare:
    """What one person gives of the engagement; without a contact all that is anonymous."""

    contact_id: int | None
    name: str
    events: int
    units: int
    total_units: int

    @property
    def points(self) -> float:
        return points_of(self.units)

    @property
    def share(self) -> int:
        """In percent, rounded half up."""
        return (200 * self.units + self.total_units) // (2 * self.total_units)


@dataclass(frozen=True)
class Concentration:
    """Who makes the engagement of an account, heaviest first."""

    people: tuple[PersonShare, ...]
    events: int

    @property
    def heaviest(self) -> PersonShare | None:
        """The person who makes most of it; None when everything is anonymous."""
        return next((person for person in self.people if person.contact_id is not None), None)

    @property
    def alarm(self) -> bool:
        """Whether one person makes more than 70% of at least two events."""
        one = self.heaviest
        if one is None or self.events < LEAST_EVENTS:
            return False
        return 100 * one.units > ALARM_ABOVE_PERCENT * one.total_units


def concentration_of(account_id: int, as_of: date, *, limit: int = 8) -> Concentration | None:
    """Whose the engagement of one account is on a day, in two queries; None when it has none.

    At most `limit` people; the heaviest of those with a name is always among them.
    """
    found = sql.rows(
        "signals/people",
        _parts={"contributions": contributions_of(account_id)},
        limit=limit,
        **parameters(as_of),
    )
    if not found:
        return None
    return Concentration(
        people=tuple(
            PersonShare(row["contact_id"], row["name"], row["events"], row["units"], row["total_units"])
            for row in found
        ),
        events=found[0]["total_events"],
    )
