"""Regions as people say them: fit 60 to 69, industry other than software, intent unknown."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from abmhub.scoring import words
from abmhub.scoring.models import TierCondition
from abmhub.scoring.regions import Measured, Part, Region, union

CENT = Decimal("0.01")

Asking = Mapping[str, TierCondition]
"""A condition about each fact, by its key: it knows the fact's word, and how its values are written."""


def in_words(region: Region, asking: Asking) -> str:
    """For example: fit at least 70 and intent below 60 or unknown."""
    return " and ".join(f"{words.word(asking[key])} {_said(part)}" for key, part in region.items())


def example(region: Region, asking: Asking) -> str:
    """One account of the region: fit 69, intent unknown."""
    return ", ".join(f"{words.word(asking[key])} {_one_of(part)}" for key, part in region.items())


def merged(regions: Sequence[Region], everything: Region) -> list[Region]:
    """The same accounts in fewer regions: of two that differ in one fact alone one is made, while there are such."""
    left = [_without_idle(region, everything) for region in regions]
    while pair := next((pair for pair in combinations(left, 2) if _differ_once(*pair)), None):
        one, other = pair
        left.remove(other)
        left[left.index(one)] = _joined(one, other, everything)
    return left


def _without_idle(region: Region, everything: Region) -> Region:
    return {key: part for key, part in region.items() if part != everything[key]}


def _differ_once(one: Region, other: Region) -> bool:
    return one.keys() == other.keys() and sum(one[key] != other[key] for key in one) == 1


def _joined(one: Region, other: Region, everything: Region) -> Region:
    key = next(key for key in one if one[key] != other[key])
    return _without_idle({**one, key: union(one[key], other[key], everything[key])}, everything)


def _said(part: Part) -> str:
    said = [*_words_of(part), *(["unknown"] if part.unknown else [])]
    return " or ".join(said)


def _words_of(part: Part) -> list[str]:
    if isinstance(part, Measured):
        return [_range(part, low, end) for low, end in part.ranges]
    named = sorted(part.words)
    if part.is_all_but:
        return [f"other than {' and '.join(named)}" if named else "known"]
    return named


def _range(part: Measured, low: Decimal, end: Decimal) -> str:
    scale = part.scale
    match low > scale.lowest, end < scale.end:
        case False, False:
            return "known"
        case False, True:
            return f"below {words.number(end)}"
        case True, False:
            return f"at least {words.number(low)}"
    if scale.is_whole:
        last = end - 1
        return words.number(low) if last == low else f"{words.number(low)} to {words.number(last)}"
    return f"at least {words.number(low)} and below {words.number(end)}"


def _one_of(part: Part) -> str:
    """The value that is most telling: the highest of a range that ends, the threshold of one that does not."""
    if isinstance(part, Measured):
        if not part.ranges:
            return "unknown"
        low, end = part.ranges[-1]
        if end.is_infinite():
            return words.number(low) if low.is_finite() else "of any size"
        return words.number(end - (1 if part.scale.is_whole else CENT))
    if part.words and not part.is_all_but:
        return min(part.words)
    return "of another kind" if part.is_all_but else "unknown"
