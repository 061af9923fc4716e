"""Companies, what we know of them, who works them, and what the last night found about them."""

from abmhub.accounts.models.account import (
    Account,
    AccountIdentity,
    AccountQuerySet,
    AccountTeamMember,
    OfAccountQuerySet,
    Segment,
    Territory,
)
from abmhub.accounts.models.attribute import Attribute
from abmhub.accounts.models.edit import AccountEdit, EditedAccount
from abmhub.accounts.models.freshness import FreshnessClock
from abmhub.accounts.models.merge import AccountMerge, Duplicate
from abmhub.accounts.models.reassignment import Reassignment
from abmhub.accounts.models.saved_view import SavedView
from abmhub.accounts.models.standing import HeldBy, Standing, Tier, TierChange

__all__ = [
    "Account",
    "AccountEdit",
    "AccountIdentity",
    "AccountMerge",
    "AccountQuerySet",
    "AccountTeamMember",
    "Attribute",
    "Duplicate",
    "EditedAccount",
    "FreshnessClock",
    "HeldBy",
    "OfAccountQuerySet",
    "Reassignment",
    "SavedView",
    "Segment",
    "Standing",
    "Territory",
    "Tier",
    "TierChange",
]
