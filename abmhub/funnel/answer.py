"""What the pages of the funnel show, as one answer that programs read: the command prints it, the API returns it."""

from collections.abc import Sequence
from typing import Any

from abmhub.campaigns.models import Motion
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell, Cells
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.figures import DealReport
from abmhub.funnel.models import FunnelStage


def answer(report: DealReport, question: Question, by: Sequence[str]) -> dict[str, Any]:
    """The figures of deals and of each key, and every stage of each motion, whole and cut.

    Slices are there when the funnel can be cut so: some dimensions are those of deals alone.
    """
    slices = cells.named(cells.count(question, by), by) if by and all(name in DIMENSIONS for name in by) else {}
    whole = cells.count(question).get((None, None), {})
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
