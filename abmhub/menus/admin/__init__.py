"""Tactics with their recipes, and the menus of the tiers."""

from abmhub.menus.admin.menu import ChannelStepAdmin, MenuDraftAdmin, PlayAdmin, TierMenuAdmin
from abmhub.menus.admin.tactic import CategoryAdmin, TacticAdmin

__all__ = ["CategoryAdmin", "ChannelStepAdmin", "MenuDraftAdmin", "PlayAdmin", "TacticAdmin", "TierMenuAdmin"]
