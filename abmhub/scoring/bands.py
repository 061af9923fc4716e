"""Bands: how far above a threshold a score lifts an account, and how far below it the account keeps its tier.

Only scores have bands. A band never puts a threshold out of reach: beyond 100, or below 1 for a condition of the
kind "below", it ends there.
"""

from decimal import Decimal

from abmhub.scoring.models import TierCondition, TierPolicy

TOP, BOTTOM = Decimal(100), Decimal(1)


def are_set(policy: TierPolicy) -> bool:
    return bool(policy.promote_band or policy.demote_band)


def threshold(condition: TierCondition, policy: TierPolicy | None, *, level: int, stood: int) -> Decimal | None:
    """The threshold of a rule that gives the tier `level`, for an account that is in the tier `stood`."""
    if policy is None or condition.threshold is None or condition.fact not in TierCondition.SCORES or level > stood:
        return condition.threshold
    return to_stay(condition, policy) if level == stood else to_rise(condition, policy)


def to_rise(condition: TierCondition, policy: TierPolicy) -> Decimal:
    """The threshold for an account in a lower tier than the rule gives."""
    threshold = _threshold(condition)
    if condition.operator == TierCondition.Operator.AT_LEAST:
        return min(threshold + policy.promote_band, max(threshold, TOP))
    return max(threshold - policy.promote_band, min(threshold, BOTTOM))


def to_stay(condition: TierCondition, policy: TierPolicy) -> Decimal:
    """The threshold for an account that has the tier that the rule gives."""
    is_least = condition.operator == TierCondition.Operator.AT_LEAST
    return _threshold(condition) + (-policy.demote_band if is_least else policy.demote_band)


def _threshold(condition: TierCondition) -> Decimal:
    """Of a condition about a score, which always has one."""
    return condition.threshold if condition.threshold is not None else Decimal(0)
