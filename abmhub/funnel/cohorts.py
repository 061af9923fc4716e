"""The funnel by the month of entry: each cohort told in one unit all the way down, and whether it has had its time."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from abmhub.campaigns.models import Motion
from abmhub.core.statistics import wilson
from abmhub.funnel import answers, columns, entries
from abmhub.funnel.cells import Question
from abmhub.funnel.models import FunnelStage

DEEPER = tuple(stage for stage in FunnelStage if stage != FunnelStage.POOL)


@dataclass(frozen=True)
class Reached:
    """How many of a cohort reached a stage. While it is censored, more of them may yet."""

    stage: FunnelStage
    count: int
    of: int
    is_censored: bool

    @property
    def share(self) -> float:
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.count, self.of)


@dataclass(frozen=True)
class Cohort:
    """Whoever entered the pool of a motion in a month."""

    motion: Motion
    month_on: date
    size: int
    reached: tuple[Reached, ...]
    value_amount: Decimal

    @property
    def is_censored(self) -> bool:
        return any(each.is_censored for each in self.reached)


def cohorts(question: Question) -> list[Cohort]:
    """By motion and month, newest first, in four queries once they were asked for.

    A stage of a cohort is censored until nine of ten who ever reach that stage would have reached it, counted from the
    last day of the month; where nobody has reached it yet, always.
    """
    both = replace(question, motion=None)
    if kept := columns.newest():
        days, months = entries.days_to_stages(kept, both.in_numbers), entries.cohorts(kept, both.in_numbers)
        return _told(question, list(days), list(months))
    asked: dict[str, Any] = {"parts": {"units": both.units}, "parameters": both.parameters}
    return _told(question, answers.rows("funnel/days_to_stages", **asked), answers.rows("funnel/cohorts", **asked))


def _told(question: Question, days: list[dict[str, Any]], months: list[dict[str, Any]]) -> list[Cohort]:
    typical = {row["motion"]: row for row in days}
    found = [
        Cohort(
            motion=Motion(row["motion"]),
            month_on=date.fromisoformat(row["month_on"]),
            size=row["pool"],
            reached=tuple(
                Reached(
                    stage,
                    row[stage.value],
                    row["pool"],
                    is_censored=_is_young(
                        date.fromisoformat(row["month_on"]), typical[row["motion"]][stage.value], question.as_of
                    ),
                )
                for stage in DEEPER
            ),
            value_amount=Decimal(row["value_amount"]),
        )
        for row in months
        if question.motion in (None, row["motion"])
    ]
    return sorted(found, key=lambda each: (each.motion, each.month_on), reverse=True)


def _is_young(month_on: date, days: float | None, as_of: date) -> bool:
    last = month_on.replace(day=monthrange(month_on.year, month_on.month)[1])
    return days is None or last + timedelta(days=round(days)) > as_of
