"""What the menu of a tier comes to: the money that an account of it may order in a quarter."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.conf import settings

from abmhub.menus.models import MenuItem

QUARTER_DAYS = 90


def entitlement_by_tier(on: date) -> dict[int, Decimal]:
    """For each level with a menu the sum of quota × 90 ÷ quota period × unit cost × fewest recipients, of the tactics
    that can be ordered on the day in the business currency."""
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    items = MenuItem.objects.on(on).filter(
        tactic__archived_at=None, tactic__approved_at__isnull=False, tactic__currency=settings.ABMHUB_BUSINESS_CURRENCY
    )
    for item in items.select_related("tactic"):
        quotas = Decimal(item.quota * QUARTER_DAYS) / max(item.quota_days, 1)
        amounts[item.tier_id] += quotas * item.tactic.unit_cost * item.tactic.minimum_recipients
    return dict(amounts)
