"""The tiles of the metrics page: each metric with our definition, its rivals, its trend and its target."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from abmhub.metrics.choosing import in_force, sums_on, values_of
from abmhub.metrics.definitions import Definition, Metric, rivals
from abmhub.metrics.figures import Figure, Sum
from abmhub.metrics.models import Choice, FigureSnapshot, Target
from abmhub.metrics.spans import WHOLE, By, Cut, Window


@dataclass(frozen=True)
class Part:
    """A figure in a definition, and what its rows came to that night."""

    figure: Figure
    sum: Sum


@dataclass(frozen=True)
class Reading:
    """What one definition comes to; None where something it needs is not known."""

    definition: Definition
    value: Decimal | None
    is_ours: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Tile:
    """A metric on a day. `trend` has the days of which there is a value, oldest first, by our definition."""

    metric: Metric
    readings: tuple[Reading, ...]
    trend: tuple[tuple[date, Decimal], ...]
    target: Target | None
    waiting: Choice | None

    @property
    def ours(self) -> Reading:
        return next(each for each in self.readings if each.is_ours)

    @property
    def rivals(self) -> list[Reading]:
        return [each for each in self.readings if not each.is_ours]

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without either."""
        value = self.ours.value
        if self.target is None or value is None:
            return None
        return value <= self.target.value if self.ours.definition.less_is_better else value >= self.target.value


def newest_night(until: date | None = None) -> date | None:
    """The last night that froze the figures, up to a day."""
    nights = FigureSnapshot.objects.filter(by="", window=Window.YEAR).order_by("-snapshot_on")
    if until:
        nights = nights.filter(snapshot_on__lte=until)
    return nights.values_list("snapshot_on", flat=True).first()


def tiles(*, on: date, window: Window, cut: Cut = WHOLE) -> list[Tile]:
    """Every metric as a night froze it. In a slice, those that can be cut that way alone."""
    sums = sums_on(window.marks(on), window, cut)
    ours = in_force(on)
    wanted = Target.objects.filter(window=window, starts_on__lte=on, ends_on__gte=on).order_by("-ends_on")
    targets = {each.metric: each for each in wanted}
    waiting = {each.metric: each for each in Choice.objects.waiting().select_related("proposed_by")}
    return [
        _tile(metric, ours[metric], sums, on, cut, targets.get(metric), waiting.get(metric))
        for metric in Metric
        if not cut.by or By(cut.by) in ours[metric].cuts
    ]


def _tile(
    metric: Metric,
    ours: Definition,
    sums: dict[date, dict[str, Sum]],
    on: date,
    cut: Cut,
    target: Target | None,
    waiting: Choice | None,
) -> Tile:
    tonight = sums.get(on, {})
    readings = tuple(
        Reading(
            each,
            each.value(tonight),
            each == ours,
            tuple(Part(figure, tonight.get(figure.code, Sum())) for figure in each.figures),
        )
        for each in rivals(metric)
        if each == ours or not cut.by or By(cut.by) in each.cuts
    )
    told = ((day, ours.value(sums[day])) for day in sorted(sums))
    trend = tuple((day, value) for day, value in told if value is not None)
    return Tile(metric, readings, trend, None if cut.by else target, waiting)


@dataclass(frozen=True)
class SliceRow:
    """One slice, and what each metric that can be cut so comes to in it."""

    key: str
    values: dict[Metric, Decimal | None]


def slices(*, on: date, window: Window, by: By) -> list[SliceRow]:
    """Our metrics in each slice of a cut, in the order of their keys; what says nothing comes last."""
    ours = {metric: each for metric, each in in_force(on).items() if by in each.cuts}
    sums: dict[str, dict[str, Sum]] = {}
    frozen = FigureSnapshot.objects.filter(snapshot_on=on, window=window, by=by)
    for key, figure, rows, known, amount in frozen.values_list("key", "figure", "rows", "known", "amount"):
        sums.setdefault(key, {})[figure] = Sum(rows, known, amount)
    found = []
    for key in sorted(sums, key=lambda each: (not each, each)):
        values = values_of(sums[key])
        found.append(SliceRow(key, {metric: values[metric, each.code] for metric, each in ours.items()}))
    return found
