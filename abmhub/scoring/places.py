"""Which tiers have no place left for one more account of an owner."""

from django.db.models import Count, Q

from abmhub.accounts.models import Account, Tier
from abmhub.scoring.models import TierCapacity, TierPolicy


def full_tiers(account: Account) -> list[tuple[Tier, int]]:
    """The tiers in which all places of the account's owner are taken by others, with how many places there are."""
    if account.owner_id is None:
        return []
    others = Q(tier__standings__account__owner=account.owner_id) & ~Q(tier__standings__account=account)
    capacities = TierCapacity.objects.filter(policy__status=TierPolicy.Status.PUBLISHED).select_related("tier")
    counted = capacities.annotate(taken=Count("tier__standings", filter=others)).order_by("tier")
    return [(each.tier, each.accounts_per_rep) for each in counted if each.taken >= each.accounts_per_rep]
