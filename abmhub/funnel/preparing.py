"""Counting after a night what somebody will ask for, so that nobody waits for it."""

from abmhub.funnel import cells
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import cohorts
from abmhub.funnel.double import newest_day


def prepare() -> int:
    """Have the newest night counted as a whole, cut by each dimension, and by month of entry; returns the answers."""
    night = newest_day()
    if night is None:
        return 0
    question = Question(as_of=night, night=night)
    for by in ((), *((name,) for name in DIMENSIONS)):
        cells.count(question, by)
    cohorts(question)
    return len(DIMENSIONS) + 2
