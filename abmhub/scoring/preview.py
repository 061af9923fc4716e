"""What a profile would do to everybody's fit, before it is published. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from psycopg.sql import Composable

from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.scoring import fit
from abmhub.scoring.models import IcpCriterion, IcpProfile

TENTHS = 10
UNKNOWN, DISQUALIFIED = 10, 11
MOST_MOVERS = 10


@dataclass(frozen=True)
class Distribution:
    """How many accounts have a fit of 0-9, 10-19 and so on to 90-100; of how many it is unknown; who is barred."""

    tenths: tuple[int, ...]
    unknown: int
    disqualified: int

    @property
    def known(self) -> int:
        return sum(self.tenths)

    @property
    def total(self) -> int:
        return self.known + self.unknown + self.disqualified

    @property
    def high(self) -> int:
        """How many have a fit of 70 or more."""
        return sum(self.tenths[7:])


@dataclass(frozen=True)
class Mover:
    """An account whose fit would change most. A disqualified account has fit 0."""

    id: int
    name: str
    before: int
    after: int
    is_disqualified: bool

    @property
    def change(self) -> int:
        return self.after - self.before

    @property
    def signed(self) -> str:
        """The change as people write it: +30, −12."""
        return f"{self.change:+d}".replace("-", "−")


@dataclass(frozen=True)
class Preview:
    """A profile beside the one in force; `earlier` is None where there is nothing else to compare with."""

    distribution: Distribution
    earlier: Distribution | None
    rising: int
    falling: int
    movers: tuple[Mover, ...]


def preview(profile: IcpProfile) -> Preview:
    """What the profile makes of every account, against the one in force; each statement one pass over all of them."""
    in_force = IcpProfile.objects.in_force()
    rival = None if in_force == profile else in_force
    values = Values("preview")
    parts = {"draft": _fits(profile, values), "in_force": _fits(rival, values)}
    currency = settings.ABMHUB_BUSINESS_CURRENCY
    rows = sql.rows("scoring/preview_counts", parts, currency=currency, **values.parameters)
    movers = []
    if rival is not None:
        parts["most"] = values.hold(MOST_MOVERS)
        movers = sql.rows("scoring/preview_movers", parts, currency=currency, **values.parameters)
    return Preview(
        distribution=_distribution([(row["after"], row["accounts"]) for row in rows]),
        earlier=_distribution([(row["before"], row["accounts"]) for row in rows]) if rival else None,
        rising=sum(row["rising"] for row in rows),
        falling=sum(row["falling"] for row in rows),
        movers=tuple(Mover(**row) for row in movers),
    )


def _fits(profile: IcpProfile | None, values: Values) -> Composable:
    criteria: Sequence[IcpCriterion] = list(profile.criteria.in_order()) if profile else []
    minimum = profile.minimum_known_percent if profile else 0
    return sql.part("scoring/fits", **fit.parts(criteria, values, minimum_known_percent=minimum))


def _distribution(counts: Sequence[tuple[int, int]]) -> Distribution:
    places = [0] * (DISQUALIFIED + 1)
    for place, accounts in counts:
        places[place] += accounts
    return Distribution(tuple(places[:TENTHS]), places[UNKNOWN], places[DISQUALIFIED])
