"""Targets and goals beside what was reached."""

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Objective:
    """What is wanted in words, with the targets that are its key results."""

    name: str
    results: tuple[Aim, ...]

    @property
    def reached(self) -> int:
        """How many of its key results are."""
        return sum(each.is_reached is True for each in self.results)


def objectives(found: Iterable[Aim]) -> list[Objective]:
    """The objectives that these targets serve, in the order in which they first come; those of none are left out."""
    by_name: dict[str, list[Aim]] = {}
    for aim in found:
        if aim.target.objective:
            by_name.setdefault(aim.target.objective, []).append(aim)
    return [Objective(name, tuple(results)) for name, results in by_name.items()]


def aims(*, sees_spend: bool) -> list[Aim]:
    """Every target, the last one to be reached first; what is made of spend for who may know alone."""
    ours, on = in_force(), newest_night()
    now = {(tile.metric, window): tile.ours.value for window in Window if on for tile in tiles(on=on, window=window)}
    return [
        Aim(each, ours[Metric(each.metric)], now.get((Metric(each.metric), Window(each.window))))
        for each in Target.objects.order_by("-ends_on", "metric", "window")
        if sees_spend or not ours[Metric(each.metric)].is_confidential
    ]
