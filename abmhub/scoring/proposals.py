"""Findings as criteria of a draft: what is proposed, with which weight, and how well it tells the best apart.

    weight = 10 * log2(lift), at least 5 and at most 40: twice as common weighs 10, four times 20, eight times 30

A draft of everything that is sure asks for one thing only once: values of one attribute become one criterion, bins
that touch become one range, and of an attribute with several values at once the five surest stand by themselves.
Its weights are scaled to a sum of 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import groupby
from math import log2
from operator import add

from django.conf import settings

from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.core.statistics import Separation, separation, wilson
from abmhub.scoring import fit
from abmhub.scoring.best import Best, Sample
from abmhub.scoring.learning import ENOUGH_BEST, Finding
from abmhub.scoring.models import IcpCriterion
from abmhub.scoring.subjects import Subject, subject_of

LEAST_WEIGHT, MOST_WEIGHT = 5, 40
MOST_OF_A_LIST = 5
MINIMUM_KNOWN_PERCENT = 40
TOP_SHARE = 0.1
ENOUGH_TO_CHECK = ENOUGH_BEST // 2
"""Of the best, in the half that is held back."""


def weight_of(lift: float) -> int:
    """The weight that a lift above 1 earns."""
    return max(LEAST_WEIGHT, min(MOST_WEIGHT, round(10 * log2(lift))))


def criterion_of(findings: Sequence[Finding]) -> IcpCriterion:
    """Findings about one attribute, which no account has two of, as one criterion; it is not saved.

    Bins touch, and come in their order.
    """
    subject = findings[0].subject
    tally = reduce(add, (each.tally for each in findings))
    criterion = IcpCriterion(attribute=subject.attribute, custom=subject.custom, weight=weight_of(tally.lift.value))
    ranges = [each.bin for each in findings if each.bin]
    if ranges:
        criterion.minimum, criterion.maximum = ranges[0].minimum, ranges[-1].maximum
    else:
        criterion.values = sorted(each.asked for each in findings)
    criterion.name = name_of(subject, criterion, findings)
    return criterion


def name_of(subject: Subject, criterion: IcpCriterion, findings: Sequence[Finding]) -> str:
    """For example: Industry software or finance; Employees 200 to 999."""
    if not criterion.values and len(findings) > 1:
        words = question_in_words(criterion)
    else:
        words = " or ".join(sorted(each.label for each in findings))
    return f"{subject.label}: {words}"[:100]


def question_in_words(criterion: IcpCriterion) -> str:
    """For example: 200 to 999; 25,000,000 or more; software or finance."""
    subject = subject_of(criterion)

    def written(limit: Decimal) -> str:
        return f"{limit:.0f}" if subject.is_year else f"{limit:,.2f}".rstrip("0").rstrip(".")

    match criterion.minimum, criterion.maximum:
        case None, Decimal() as most:
            return f"{written(most)} or {'earlier' if subject.is_year else 'less'}"
        case Decimal() as least, None:
            return f"{written(least)} or {'later' if subject.is_year else 'more'}"
        case Decimal() as least, Decimal() as most:
            return f"{written(least)} to {written(most)}"
    return " or ".join(subject.named(each) for each in criterion.values)


def widened(there: IcpCriterion, new: IcpCriterion) -> bool:
    """Widen a criterion by another about the same attribute; says whether that was possible. Nothing is saved.

    Values join, and ranges that touch; of an attribute with several values at once only the same value.
    """
    subject = subject_of(there)
    if subject.is_list:
        if {each.lower() for each in there.values} != {each.lower() for each in new.values}:
            return False
    elif subject.is_measured:
        low, high = (there, new) if _start(there) <= _start(new) else (new, there)
        step = Decimal(1) if subject.is_whole else Decimal("0.01")
        if low.maximum is not None and _start(high) > low.maximum + step:
            return False
        ends = [each.maximum for each in (low, high) if each.maximum is not None]
        there.minimum, there.maximum = low.minimum, max(ends) if len(ends) == 2 else None
    else:
        known = {each.lower() for each in there.values}
        there.values = there.values + [each for each in new.values if each.lower() not in known]
    there.name = f"{subject.label}: {question_in_words(there)}"[:100]
    there.weight = max(there.weight, new.weight)
    return True


def _start(criterion: IcpCriterion) -> Decimal:
    return Decimal("-Infinity") if criterion.minimum is None else criterion.minimum


def propose(findings: Sequence[Finding]) -> list[IcpCriterion]:
    """The criteria that everything which is sure amounts to; not saved, the weightiest first, 100 in all."""
    sure = sorted((each for each in findings if each.is_sure), key=lambda each: each.subject.key)
    criteria: list[IcpCriterion] = []
    for _, group in groupby(sure, key=lambda each: each.subject.key):
        of_one = sorted(group, key=lambda each: -each.lift.low)
        if of_one[0].subject.is_list:
            criteria += [criterion_of([each]) for each in of_one[:MOST_OF_A_LIST]]
        else:
            criteria.append(criterion_of(_touching(of_one) if of_one[0].bin else of_one))
    _scale(criteria, to=100)
    return sorted(criteria, key=lambda each: -each.weight)


def _touching(bins: Sequence[Finding]) -> list[Finding]:
    """The surest bin, and those that follow it without a gap on either side."""
    by_number = {int(each.value): each for each in bins}
    low = high = int(bins[0].value)
    while low - 1 in by_number:
        low -= 1
    while high + 1 in by_number:
        high += 1
    return [by_number[number] for number in range(low, high + 1)]


def _scale(criteria: Sequence[IcpCriterion], *, to: int) -> None:
    """Let the weights sum to a total, each at least 1; what rounding leaves goes to the largest remainders."""
    total = sum(each.weight for each in criteria)
    exact = [each.weight * to / total for each in criteria]
    for criterion, share in zip(criteria, exact, strict=True):
        criterion.weight = max(1, int(share))
    missing = to - sum(each.weight for each in criteria)
    by_remainder = sorted(zip(criteria, exact, strict=True), key=lambda each: int(each[1]) - each[1])
    for criterion, _ in by_remainder[: max(0, missing)]:
        criterion.weight += 1


@dataclass(frozen=True)
class Check:
    """How well a fit tells the best from the rest, among accounts that nothing was learned from.

    `top_best` of the best are among the accounts of the highest fit, which is `from_fit` or more: a tenth of those
    whose fit is known, or a little more where many have the same; `top_share` says how many. Where only a share of
    the others is compared, they stand for all of them there.
    """

    best: int
    rest: int
    unknown_best: int
    separation: Separation | None
    from_fit: int
    top_share: float
    top_best: int

    @property
    def is_enough(self) -> bool:
        return self.best >= ENOUGH_TO_CHECK and self.separation is not None

    @property
    def has_top(self) -> bool:
        """Whether few have a high fit; where most have the same one, it points nobody out."""
        return self.top_share <= 0.5

    @property
    def caught(self) -> float:
        """The share of the best that are in the top."""
        return self.top_best / self.best

    @property
    def caught_interval(self) -> tuple[float, float] | None:
        """The 95% interval of that."""
        return wilson(self.top_best, self.best)

    @property
    def verdict(self) -> str:
        """What it comes to, in a few words."""
        if self.separation is None or self.separation.low <= 0.5:
            return "No better than chance, as far as these accounts can tell"
        if self.separation.value < 0.65:
            return "A little better than chance"
        return "It separates well" if self.separation.value < 0.8 else "It separates very well"


def check(best: Best, criteria: Sequence[IcpCriterion], sample: Sample) -> Check:
    """Try the criteria on the half that nothing was learned from; in one statement."""
    values = Values("check")
    fits = sql.part("scoring/fits", **fit.parts(criteria, values, minimum_known_percent=MINIMUM_KNOWN_PERCENT))
    rows = sql.rows(
        "scoring/learn_check",
        {"population": best.population(values, sample), "fits": fits},
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **values.parameters,
    )
    return checked([(row["fit"], row["best"], row["rest"]) for row in rows], sample)


def checked(counts: Sequence[tuple[int | None, int, int]], sample: Sample) -> Check:
    """The check from how many of the best and of the rest have each fit."""
    known = sorted(((score, best, rest) for score, best, rest in counts if score is not None), reverse=True)
    best, rest = sum(each[1] for each in known), sum(each[2] for each in known)
    everybody = best / sample.share_of_best + rest / sample.share_of_rest
    from_fit, top, top_best = 0, 0.0, 0
    for score, of_best, of_rest in known:
        if top >= TOP_SHARE * everybody:
            break
        top += of_best / sample.share_of_best + of_rest / sample.share_of_rest
        from_fit, top_best = score, top_best + of_best
    return Check(
        best=best,
        rest=rest,
        unknown_best=sum(of_best for score, of_best, _ in counts if score is None),
        separation=separation(known),
        from_fit=from_fit,
        top_share=top / everybody if everybody else 0.0,
        top_best=top_best,
    )
