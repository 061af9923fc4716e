"""How administrators keep the ideal customer profile and the tier policies."""

from abmhub.scoring.admin import history, icp, policy

__all__ = ["history", "icp", "policy"]
