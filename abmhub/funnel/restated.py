"""A past day as reported then and as told today, and which part of the difference is data and which rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel import columns, entries
from abmhub.funnel.models import FunnelStage, FunnelUnit


@dataclass(frozen=True)
class Difference:
    """A stage on a day: reported + by data + by rules = restated."""

    reported: int = 0
    by_data: int = 0
    by_rules: int = 0
    restated: int = 0

    @property
    def is_none(self) -> bool:
        return not self.by_data and not self.by_rules


def difference(on: date) -> Mapping[tuple[Motion, FunnelStage], Difference]:
    """For each stage that holds anything. Nights before `first_night` kept no units: it would all seem to be data."""
    kept = columns.newest()
    return {
        (Motion(row["motion"]), FunnelStage(row["stage"])): Difference(
            row["reported"], row["by_data"], row["by_rules"], row["restated"]
        )
        for row in (entries.difference(kept, on) if kept else sql.rows("funnel/difference", on=on))
    }


def first_night() -> date | None:
    """The first night that kept its units; None before."""
    if kept := columns.newest():
        return date.fromordinal(int(kept.numbers["known_from"].min()))
    night: date | None = FunnelUnit.objects.aggregate(first=Min("known_from_on"))["first"]
    return night
