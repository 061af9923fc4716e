"""Which accounts, and why: the ideal customer profile and the tier policy, as rows."""

from abmhub.scoring.models.icp import IcpCriterion, IcpProfile
from abmhub.scoring.models.tier import Facts, FactValue, TierCondition, TierPolicy, TierRule, TierSnapshot

__all__ = [
    "FactValue",
    "Facts",
    "IcpCriterion",
    "IcpProfile",
    "TierCondition",
    "TierPolicy",
    "TierRule",
    "TierSnapshot",
]
