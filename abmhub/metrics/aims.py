"""Targets and goals beside what was reached."""

from dataclasses import dataclass
from decimal import Decimal

from abmhub.metrics.choosing import in_force
from abmhub.metrics.definitions import Definition, Metric
from abmhub.metrics.models import Target
from abmhub.metrics.spans import Window
from abmhub.metrics.tiles import newest_night, tiles


@dataclass(frozen=True)
class Aim:
    """A target, the definition that is ours, and what the metric is now; None where that is not known."""

    target: Target
    ours: Definition
    now: Decimal | None

    @property
    def name(self) -> str:
        return str(Metric(self.target.metric).label)

    @property
    def is_reached(self) -> bool | None:
        if self.now is None:
            return None
        return self.now <= self.target.value if self.ours.less_is_better else self.now >= self.target.value


def aims(*, sees_spend: bool) -> list[Aim]:
    """Every target, the last one to be reached first; what is made of spend for who may know alone."""
    ours, on = in_force(), newest_night()
    now = {(tile.metric, window): tile.ours.value for window in Window if on for tile in tiles(on=on, window=window)}
    return [
        Aim(each, ours[Metric(each.metric)], now.get((Metric(each.metric), Window(each.window))))
        for each in Target.objects.order_by("-ends_on", "metric", "window")
        if sees_spend or not ours[Metric(each.metric)].is_confidential
    ]
