"""What rules take and leave, as regions: for each fact the values that an account of the region may have.

Exact and without any account: a region is cut along the conditions of a rule into what the rule takes and the few
regions that it leaves. Scores and days are whole numbers, so that nothing lies between 69 and 70.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Self

from abmhub.scoring.models import TierCondition

Fact, Operator = TierCondition.Fact, TierCondition.Operator
INFINITY = Decimal("Infinity")
MOST_REGIONS = 200
"""Beyond so many the policy is called too tangled to be told in words."""


class TooTangled(Exception):
    """The rules cut what can be known into more regions than anybody would read."""


@dataclass(frozen=True)
class Scale:
    """What a measured fact can be: at least `lowest`, below `end`, in whole numbers or not."""

    lowest: Decimal = -INFINITY
    end: Decimal = INFINITY
    is_whole: bool = False
    is_always_known: bool = False
    is_better_low: bool = False


SCORE = Scale(Decimal(0), Decimal(101), is_whole=True)
SCALES = {
    Fact.FIT: SCORE,
    Fact.INTENT: SCORE,
    Fact.ENGAGEMENT: replace(SCORE, is_always_known=True),
    Fact.ACV: Scale(lowest=Decimal(0)),
    Fact.FRESHNESS: Scale(lowest=Decimal(0), is_whole=True, is_always_known=True, is_better_low=True),
}


def scale_of(condition: TierCondition) -> Scale | None:
    """The scale of what it asks about; None where that is words."""
    if condition.operator in TierCondition.AMONG:
        return None
    return SCALES.get(Fact(condition.fact), Scale())


@dataclass(frozen=True)
class Measured:
    """Ranges of numbers, ascending and apart, each without its end; and perhaps the unknown."""

    scale: Scale
    ranges: tuple[tuple[Decimal, Decimal], ...]
    unknown: bool

    @classmethod
    def anything(cls, scale: Scale) -> Self:
        return cls(scale, ((scale.lowest, scale.end),), unknown=not scale.is_always_known)

    @classmethod
    def within(cls, scale: Scale, low: Decimal, end: Decimal) -> Self:
        """What is known, at least `low` and below `end`."""
        if scale.is_whole:
            low, end = (each if each.is_infinite() else each.to_integral(ROUND_CEILING) for each in (low, end))
        low, end = max(low, scale.lowest), min(end, scale.end)
        return cls(scale, ((low, end),) if low < end else (), unknown=False)

    @property
    def is_empty(self) -> bool:
        return not self.ranges and not self.unknown

    def reaches(self, other: Self) -> bool:
        """Whether some value of these is as good as some of the other's."""
        if not self.ranges or not other.ranges:
            return False
        if self.scale.is_better_low:
            return self.ranges[0][0] < other.ranges[-1][1]
        return self.ranges[-1][1] > other.ranges[0][0]

    def both(self, other: Self) -> Self:
        """What lies in both."""
        met = ((max(a, c), min(b, d)) for a, b in self.ranges for c, d in other.ranges)
        return replace(
            self, ranges=tuple((low, end) for low, end in met if low < end), unknown=self.unknown and other.unknown
        )

    def minus(self, other: Self) -> Self:
        """What lies in this alone."""
        left = list(self.ranges)
        for low, end in other.ranges:
            cut = ((a, min(b, low), max(a, end), b) for a, b in left)
            left = [piece for a, b, c, d in cut for piece in ((a, b), (c, d)) if piece[0] < piece[1]]
        return replace(self, ranges=tuple(left), unknown=self.unknown and not other.unknown)


@dataclass(frozen=True)
class Named:
    """Some words, or all words but some; and perhaps the unknown."""

    words: frozenset[str]
    is_all_but: bool
    unknown: bool

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.is_all_but and not self.unknown

    def both(self, other: Self) -> Self:
        """What lies in both."""
        unknown = self.unknown and other.unknown
        match self.is_all_but, other.is_all_but:
            case True, True:
                return replace(self, words=self.words | other.words, unknown=unknown)
            case True, False:
                return replace(other, words=other.words - self.words, unknown=unknown)
            case False, True:
                return replace(self, words=self.words - other.words, unknown=unknown)
        return replace(self, words=self.words & other.words, unknown=unknown)

    def minus(self, other: Self) -> Self:
        """What lies in this alone."""
        left = self.both(replace(other, is_all_but=not other.is_all_but))
        return replace(left, unknown=self.unknown and not other.unknown)


Part = Measured | Named
Region = Mapping[str, Part]
"""By the key of a fact. A fact that is not named may be anything."""


def anything(condition: TierCondition) -> Part:
    """All that the fact of a condition may be."""
    scale = scale_of(condition)
    if scale is None:
        # There is always a stage, if only that there is no opportunity.
        return Named(frozenset(), is_all_but=True, unknown=condition.fact != Fact.STAGE)
    return Measured.anything(scale)


def taken_by(conditions: Iterable[TierCondition]) -> dict[str, Part]:
    """The region of the accounts that meet all conditions."""
    region: dict[str, Part] = {}
    for condition in conditions:
        met = _met(condition)
        region[condition.key] = _both(region[condition.key], met) if condition.key in region else met
    return region


def is_empty(region: Region) -> bool:
    return any(part.is_empty for part in region.values())


def common(one: Region, other: Region) -> Region:
    """What lies in both regions."""
    shared = {key: _both(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **shared}


def without(regions: Sequence[Region], taken: Region, everything: Region) -> list[Region]:
    """What is left of the regions where a rule takes its own away; `everything` says what each fact may be.

    Raises TooTangled.
    """
    left = [piece for region in regions for piece in _cut(region, taken, everything)]
    if len(left) > MOST_REGIONS:
        raise TooTangled
    return left


def _cut(region: Region, taken: Region, everything: Region) -> list[Region]:
    if is_empty(common(region, taken)):
        return [region]
    pieces: list[Region] = []
    rest = dict(region)
    for key, part in taken.items():
        here = rest.get(key, everything[key])
        left = _minus(here, part)
        if not left.is_empty:
            pieces.append({**rest, key: left})
        rest[key] = _both(here, part)
    return pieces


def _met(condition: TierCondition) -> Part:
    scale = scale_of(condition)
    if scale is None:
        words = frozenset(word.lower() for word in condition.values)
        return Named(words, is_all_but=condition.operator == Operator.NOT_ONE_OF, unknown=False)
    threshold = Decimal(condition.threshold or 0)
    if condition.operator == Operator.AT_LEAST:
        return Measured.within(scale, threshold, INFINITY)
    return Measured.within(scale, -INFINITY, threshold)


def union(one: Part, other: Part, everything: Part) -> Part:
    """What lies in either: all that the fact may be but what lies in neither."""
    return _minus(everything, _minus(_minus(everything, one), other))


def _both(one: Part, other: Part) -> Part:
    if isinstance(one, Measured) and isinstance(other, Measured):
        return one.both(other)
    if isinstance(one, Named) and isinstance(other, Named):
        return one.both(other)
    raise TypeError("A fact is measured, or it is words.")


def _minus(one: Part, other: Part) -> Part:
    if isinstance(one, Measured) and isinstance(other, Measured):
        return one.minus(other)
    if isinstance(one, Named) and isinstance(other, Named):
        return one.minus(other)
    raise TypeError("A fact is measured, or it is words.")
