"""Counting after a night what somebody will ask for, so that nobody waits for it."""

from itertools import combinations

from abmhub.funnel import cells
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import cohorts
from abmhub.funnel.double import newest_day
from abmhub.funnel.models import FunnelUnit

FEW = 20_000
"""So many units are cut by two dimensions before anybody notices: their pairs are counted when somebody asks."""


def prepare() -> int:
    """Have the newest night counted as a whole, by month of entry, and cut by each dimension and each pair of them.

    Returns how many answers that is.
    """
    night = newest_day()
    if night is None:
        return 0
    question = Question(as_of=night, night=night)
    cuts: list[tuple[str, ...]] = [(), *((name,) for name in DIMENSIONS)]
    if FunnelUnit.objects.count() > FEW:
        cuts += combinations(DIMENSIONS, 2)
    cohorts(question)
    for by in cuts:
        cells.count(question, by)
    return len(cuts) + 1
