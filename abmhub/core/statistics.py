"""How sure a share is."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import erfc, inf, sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""The standard normal quantile of 0.975."""


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95% score interval of a share, each end 0-1; None without any trial.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    Unlike the textbook interval it stays within 0 and 1 and is honest for few trials. Raises ValueError
    when there are more successes than trials, or fewer than none.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share.")
    if trials == 0:
        return None
    share, z2 = successes / trials, Z_95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z_95 / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    # Of none or of all an end is exact, whatever the rounding of the other terms leaves.
    return middle - half if successes else 0.0, middle + half if successes < trials else 1.0


def count_interval(count: int) -> tuple[float, float]:
    """Between what the expected number lies when so many were counted, at 95%, if each came for itself (Poisson).

    Byar's approximation (N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II, IARC 1987): 10 gives
    4.79 to 18.39, the exact limits are 4.80 and 18.39.
    """
    if count < 0:
        raise ValueError(f"{count} is no count.")
    low = count * (1 - 1 / (9 * count) - Z_95 / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + Z_95 / (3 * sqrt(more))) ** 3


class Control(NamedTuple):
    """The limits within which a smoothed value lies while nothing changes, and the value itself."""

    value: float
    low: float
    high: float

    @property
    def is_out(self) -> bool:
        return not self.low <= self.value <= self.high


def ewma_control(
    values: Sequence[float], *, centre: float, spread: float, weight: float, width: float
) -> list[Control]:
    """The exponentially weighted moving average of each value, starting from `centre`, with its control limits.

        z(t) = weight * x(t) + (1 - weight) * z(t - 1)
        limits = centre +- width * spread * sqrt(weight / (2 - weight) * (1 - (1 - weight)^(2 t)))

    S. W. Roberts, Technometrics 1 (1959); the same in NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.
    """
    found: list[Control] = []
    smoothed = centre
    for time, value in enumerate(values, start=1):
        smoothed = weight * value + (1 - weight) * smoothed
        half = width * spread * sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * time)))
        found.append(Control(smoothed, centre - half, centre + half))
    return found


def spread_of_moves(values: Sequence[float]) -> float:
    """The standard deviation, from the mean move between neighbours: a drift or a swing hardly widens it.

    Mean moving range / 1.128, the constant d2 of two (NIST/SEMATECH e-Handbook, 6.3.2.2). Needs two values.
    """
    moves = [abs(after - before) for before, after in pairwise(values)]
    return sum(moves) / len(moves) / 1.128


def chance_of_difference(successes: int, trials: int, other_successes: int, other_trials: int) -> float | None:
    """How often chance alone would part two shares that far: the two-sided p of the pooled z-test, 0-1.

    30 of 90 against 46 of 184 gives 0.148 (z = 1.447). None where nothing can be told: without trials on
    both sides, or when all or none of them succeeded.
    """
    pooled_trials = trials + other_trials
    pooled = (successes + other_successes) / pooled_trials if pooled_trials else 0.0
    if not trials or not other_trials or pooled in (0.0, 1.0):
        return None
    error = sqrt(pooled * (1 - pooled) * (1 / trials + 1 / other_trials))
    z = (successes / trials - other_successes / other_trials) / error
    return erfc(abs(z) / sqrt(2))


class Ratio(NamedTuple):
    """How many times as large one share is as another, with its 95% interval."""

    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out 1: the shares differ."""
        return self.low > 1 or self.high < 1


def ratio_of_shares(successes: int, trials: int, other_successes: int, other_trials: int) -> Ratio:
    """How many times as large the first share is, a in n against b in m.

        ratio = (a + 0.5) / (n + 0.5) : (b + 0.5) / (m + 0.5)

    It is smoothed (S. D. Walter, Biometrika 62, 1975), so that none of 20 is no proof of never. The interval joins
    the Wilson intervals of the two shares (A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21, 2012;
    recommended for ratios by Fagerland, Lydersen and Laake, ibid. 24, 2015), because the usual one on the logarithm
    takes chance for a finding too often where n is small. 12 of 30 against 100 of 1,000 gives 4.08 (2.39-6.05).
    Without any trial on a side everything is possible.
    """
    middle = (successes + 0.5) / (trials + 0.5) * (other_trials + 0.5) / (other_successes + 0.5)
    first, second = wilson(successes, trials), wilson(other_successes, other_trials)
    if first is None or second is None:
        return Ratio(middle, 0.0, inf)
    share, other = successes / trials, other_successes / other_trials
    product = share * other

    def root(share_limit: float, other_limit: float) -> float:
        parts = share_limit * (2 * share - share_limit) * other_limit * (2 * other - other_limit)
        return sqrt(max(0.0, product**2 - parts))

    # None of one kind: nothing speaks against its being as rare as one likes.
    low = first[0] * (2 * share - first[0]) / (product + root(first[0], second[1])) if successes else 0.0
    high = inf
    if other_successes:
        high = (product + root(first[1], second[0])) / (second[0] * (2 * other - second[0]))
    return Ratio(middle, low, high)


class Difference(NamedTuple):
    """How much larger one share is than another, with its 95% interval; each end -1 to 1."""

    value: float
    low: float
    high: float


def difference_of_shares(successes: int, trials: int, other_successes: int, other_trials: int) -> Difference | None:
    """The first share less the second; None without any trial on a side.

    The hybrid score interval, which joins the Wilson intervals of the two (R. G. Newcombe, Statistics in Medicine 17,
    1998, method 10): 56 of 70 against 48 of 80 gives 0.2 (0.0524-0.3339).
    """
    first, second = wilson(successes, trials), wilson(other_successes, other_trials)
    if first is None or second is None:
        return None
    share, other = successes / trials, other_successes / other_trials
    low = sqrt((share - first[0]) ** 2 + (second[1] - other) ** 2)
    high = sqrt((first[1] - share) ** 2 + (other - second[0]) ** 2)
    return Difference(share - other, share - other - low, share - other + high)


class Separation(NamedTuple):
    """How often one of the first kind scores above one of the second (ties count half), with its 95% interval."""

    value: float
    low: float
    high: float


def separation(counts: Iterable[tuple[int, int, int]]) -> Separation | None:
    """The area under the ROC curve from (score, how many of the first kind, of the second); None without both.

    The interval is that of J. A. Hanley and B. J. McNeil, Radiology 143 (1982), cut off at 0 and 1. Scores that
    tell nothing give 0.5; scores that part the kinds entirely give 1.
    """
    first = second = 0
    above = 0.0
    for _, of_first, of_second in sorted(counts):
        above += of_first * (second + of_second / 2)
        first, second = first + of_first, second + of_second
    if not first or not second:
        return None
    area = above / (first * second)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (first - 1) * (q1 - area**2) + (second - 1) * (q2 - area**2)
    half = Z_95 * sqrt(max(0.0, spread) / (first * second))
    return Separation(area, max(0.0, area - half), min(1.0, area + half))
