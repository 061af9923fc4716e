"""The catalogue of tactics, how each is made, and the menu that a tier is entitled to."""

from abmhub.menus.models.menu import ChannelStep, MenuDraft, MenuItem, MenuItemQuerySet, TierMenu
from abmhub.menus.models.play import Play, PlayStep
from abmhub.menus.models.recipe import RecipeStep, TacticVersion
from abmhub.menus.models.tactic import Category, Tactic, TacticPicture, TacticQuerySet

__all__ = [
    "Category",
    "ChannelStep",
    "MenuDraft",
    "MenuItem",
    "MenuItemQuerySet",
    "Play",
    "PlayStep",
    "RecipeStep",
    "Tactic",
    "TacticPicture",
    "TacticQuerySet",
    "TacticVersion",
    "TierMenu",
]
