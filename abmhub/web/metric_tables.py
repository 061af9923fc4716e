"""The tables of the metrics page as files: what the page writes in words, here in numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from abmhub.metrics import three_rs
from abmhub.metrics.definitions import Definition, Metric
from abmhub.metrics.figures import Sum
from abmhub.metrics.three_rs import Activity, Standing
from abmhub.metrics.tiles import SliceRow, Tile
from abmhub.metrics.words import figure_value
from abmhub.web.export import Table


def metric_table(found: Iterable[Tile]) -> Table:
    """Every metric by every definition, each followed by the figures that it is made of."""
    header = ("Metric", "Definition", "Ours", "Figure", "Value", "Unit", "Target", "By", "Formula")
    return header, _metric_lines(found)


def _metric_lines(found: Iterable[Tile]) -> Iterator[Sequence[Any]]:
    for tile in found:
        for reading in tile.readings:
            told, target = reading.definition, tile.target if reading.is_ours else None
            wanted = (target.value, target.ends_on) if target else (None, None)
            named = (tile.metric.label, told.name, "yes" if reading.is_ours else "no")
            yield *named, "", reading.value, told.unit.label, *wanted, told.formula
            for part in reading.parts:
                value = figure_value(part.figure, part.sum)
                yield *named, part.figure.name, value, part.figure.unit.label, None, None, ""


def measure_table(sums: Mapping[str, Sum], standings: Iterable[Standing]) -> Table:
    """Customers and pipeline, relationships, reputation."""
    groups = {
        "Customers and pipeline": three_rs.revenue(sums),
        "Relationships": three_rs.relationships(sums),
    }
    measured = [
        (group, each.name, each.value, each.unit.label, each.note) for group, found in groups.items() for each in found
    ]
    entered = [
        (
            "Reputation", each.kind.label, each.entry.value, each.unit.label,
            f"{each.entry.month_on:%B %Y}, {each.entry.get_basis_display().lower()}: {each.entry.source}",
        )
        for each in standings
    ]  # fmt: skip
    return ("Group", "What", "Value", "Unit", "Note"), [*measured, *entered]


def activity_table(found: Iterable[Activity]) -> Table:
    """What was done beside its goal and its quality."""
    rows = ((each.figure.name, each.done, each.goal, each.quality, each.quality_name) for each in found)
    return ("Activity", "Done", "Goal", "Quality", "Of which it is"), rows


def slice_table(label: str, ours: Sequence[Definition], rows: Iterable[SliceRow], name: Callable[[str], str]) -> Table:
    """Our metrics in every slice."""
    header = (label, *(Metric(each.metric).label for each in ours))
    return header, ((name(row.key), *(row.values[each.metric] for each in ours)) for row in rows)
