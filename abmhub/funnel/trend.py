"""How the deals of both motions moved from night to night."""

from dataclasses import dataclass
from datetime import date

from abmhub.campaigns.models import Motion
from abmhub.funnel.models import DealSnapshot

NIGHTS = 90


@dataclass(frozen=True)
class Point:
    """The deals of a night, by motion."""

    on: date
    abm: DealSnapshot | None
    demand_gen: DealSnapshot | None


def trend(*, until: date, nights: int = NIGHTS) -> list[Point]:
    """The last nights, oldest first, in one query."""
    rows = DealSnapshot.objects.filter(snapshot_on__lte=until, motion__in=Motion).order_by("-snapshot_on")
    days: dict[date, dict[str, DealSnapshot]] = {}
    for row in rows[: nights * len(Motion)]:
        days.setdefault(row.snapshot_on, {})[row.motion] = row
    return [Point(on, days[on].get(Motion.ABM), days[on].get(Motion.DEMAND_GEN)) for on in sorted(days)]
