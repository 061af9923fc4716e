"""What the pages of the funnel show, as one answer that programs read: the command prints it, the API returns it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from abmhub.campaigns.models import Motion
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell, Cells
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.double import double_funnel
from abmhub.funnel.figures import NO_DEALS, DealReport, Slice, as_frozen
from abmhub.funnel.models import FunnelStage


class NotReported(LookupError):
    """No night told anything of that day."""


def answer(report: DealReport, question: Question, by: Sequence[str]) -> dict[str, Any]:
    """The figures of deals and of each key, and every stage of each motion, whole and cut.

    Slices are there when the funnel can be cut so: some dimensions are those of deals alone.
    """
    return _told(report, cells.count(question).get((None, None), {}), question, by)


def reported(on: date, by: Sequence[str], motion: Motion | None = None) -> dict[str, Any]:
    """The same as the night of a day told it, whatever came late or was ruled otherwise since.

    Of deals nights freeze the motions and no other cut. Raises NotReported, and UnknownDimension.
    """
    cells.check_dimensions(by)
    frozen = double_funnel(on)
    if frozen is None or not any((frozen.both, frozen.abm.deals, frozen.demand_gen.deals)):
        raise NotReported(
            f"No night reported on {on:%-d %B %Y}. Ask for a day that had one, or for what is known today."
        )
    funnels = [each for each in (frozen.abm, frozen.demand_gen) if motion in (None, each.motion)]
    deals = {each.motion: as_frozen(each.deals) for each in funnels if each.deals}
    of_all = funnels[0].deals if motion else frozen.both
    rows = [Slice(name.value, own) for name, own in deals.items() if own.decided or own.open]
    report = DealReport(
        total=as_frozen(of_all) if of_all else NO_DEALS, rows=tuple(rows if list(by) == ["motion"] else ())
    )
    whole = {(funnel.motion, cell.stage): cell for funnel in funnels for cell in funnel.cells}
    return _told(report, whole, Question(as_of=on, night=on, motion=motion), by)


def _told(report: DealReport, whole: Cells, question: Question, by: Sequence[str]) -> dict[str, Any]:
    slices = cells.named(cells.count(question, by), by) if by and all(name in DIMENSIONS for name in by) else {}
    return {
        **report.total.as_json(),
        "rows": [{"key": each.key, **each.figures.as_json()} for each in report.rows],
        "stages": stages_of(whole),
        "slices": [
            {"key": list(key)[: len(by)] if len(by) > 1 else key[0], "stages": stages_of(found)}
            for key, found in slices.items()
        ],
    }


def stages_of(found: Cells) -> dict[str, dict[str, Any]]:
    """The cells by motion and stage; empty ones too."""
    return {
        motion.value: {
            stage.value: _as_json(found.get((motion, stage)) or Cell(motion, stage)) for stage in FunnelStage
        }
        for motion in Motion
    }


def _as_json(cell: Cell) -> dict[str, Any]:
    low, high = cell.interval or (None, None)
    return {
        "entered": cell.volume,
        "conversion": cell.conversion,
        "low": low,
        "high": high,
        "median_days": cell.median_days,
        "value": float(cell.value_amount),
    }
