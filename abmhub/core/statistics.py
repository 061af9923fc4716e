"""How sure a share is."""

from math import erfc, sqrt

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
    return max(0.0, middle - half), min(1.0, middle + half)


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
