"""Which accounts, and why: the ideal customer profile, the tier policy, and what people say against it, as rows."""

from abmhub.scoring.models.icp import IcpCriterion, IcpProfile
from abmhub.scoring.models.night import ChangedAccount, NightBasis
from abmhub.scoring.models.override import TierAppeal, TierOverride
from abmhub.scoring.models.preview import PolicyMove, PolicyPreview
from abmhub.scoring.models.tier import (
    Facts,
    FactValue,
    TierCapacity,
    TierCondition,
    TierPolicy,
    TierRule,
    TierSnapshot,
)

__all__ = [
    "ChangedAccount",
    "FactValue",
    "Facts",
    "IcpCriterion",
    "IcpProfile",
    "NightBasis",
    "PolicyMove",
    "PolicyPreview",
    "TierAppeal",
    "TierCapacity",
    "TierCondition",
    "TierOverride",
    "TierPolicy",
    "TierRule",
    "TierSnapshot",
]
