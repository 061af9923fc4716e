"""Which definition of each metric is ours: today, and in a month that was locked."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from abmhub.metrics.definitions import DEFINITIONS, Definition, Metric, definition, rivals
from abmhub.metrics.figures import Sum
from abmhub.metrics.models import Choice, FigureSnapshot, LockedMetric
from abmhub.metrics.spans import WHOLE, Cut, Window


def in_force(on: date | None = None) -> dict[Metric, Definition]:
    """The definition of each metric that is ours; of a day in a locked month, the one that was when it was locked."""
    found = {metric: rivals(metric)[0] for metric in Metric}
    for choice in Choice.objects.signed().order_by("confirmed_at", "pk"):
        found[Metric(choice.metric)] = definition(choice.metric, choice.definition)
    if on:
        for locked in LockedMetric.objects.filter(lock__month_on=on.replace(day=1)):
            found[Metric(locked.metric)] = definition(locked.metric, locked.definition)
    return found


def sums_on(days: list[date], window: Window, cut: Cut = WHOLE) -> dict[date, dict[str, Sum]]:
    """What the nights of these days froze of every figure in one slice; days without a night are left out."""
    frozen = FigureSnapshot.objects.filter(snapshot_on__in=days, window=window, by=cut.by, key=cut.key)
    found: dict[date, dict[str, Sum]] = {}
    for row in frozen.values_list("snapshot_on", "figure", "rows", "known", "amount"):
        found.setdefault(row[0], {})[row[1]] = Sum(*row[2:])
    return found


def readings_of(on: date, window: Window, cut: Cut = WHOLE) -> dict[tuple[Metric, str], Decimal | None]:
    """The value of every definition on a day, by metric and code."""
    return values_of(sums_on([on], window, cut).get(on, {}))


def values_of(sums: Mapping[str, Sum]) -> dict[tuple[Metric, str], Decimal | None]:
    """The same of sums that were read already."""
    return {(each.metric, each.code): each.value(sums) for each in DEFINITIONS}
