"""How administrators keep the ideal customer profile, the tier policies, and the tiers given by hand."""

from abmhub.scoring.admin import history, icp, overrides, policy

__all__ = ["history", "icp", "overrides", "policy"]
