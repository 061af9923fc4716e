"""Doing after a night what answers of the funnel need, so that nobody waits for it."""

from abmhub.funnel import cells, columns
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import cohorts
from abmhub.funnel.double import newest_day


def prepare() -> int:
    """Have the columns of many units made. Of few, have the newest night counted as a whole, by month of entry, and cut
    by each dimension.

    Returns how many answers are kept; whoever counts over columns keeps none.
    """
    night = newest_day()
    if night is None or columns.newest():
        return 0
    question = Question(as_of=night, night=night)
    cuts: list[tuple[str, ...]] = [(), *((name,) for name in DIMENSIONS)]
    cohorts(question)
    for by in cuts:
        cells.count(question, by)
    return len(cuts) + 1
