"""What each tier may order, and how often."""

from datetime import date
from typing import Self

import pghistory
from django.db import models

from abmhub.accounts.models import Tier
from abmhub.menus.models.tactic import Tactic


class MenuItemQuerySet(models.QuerySet["MenuItem"]):
    def for_tier(self, tier: Tier) -> Self:
        """What this tier may order, by category and price, with all that a menu shows: two queries."""
        return (
            self.filter(tier=tier, tactic__archived_at=None)
            .exclude(tactic__approved_at=None)
            .select_related("tactic__category", "tactic__channel")
            .prefetch_related("tactic__suits_roles")
            .order_by("tactic__category__position", "tactic__category", "tactic__unit_cost", "tactic__name")
        )

    def on(self, day: date) -> Self:
        """Items valid on that day."""
        return self.filter(
            models.Q(valid_from_on=None) | models.Q(valid_from_on__lte=day),
            models.Q(valid_until_on=None) | models.Q(valid_until_on__gte=day),
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class MenuItem(models.Model):
    """A tactic on a tier's menu, with how often an account may have it."""

    tier = models.ForeignKey(Tier, models.CASCADE, related_name="menu")
    tactic = models.ForeignKey(Tactic, models.PROTECT, related_name="menu_items")
    quota = models.PositiveSmallIntegerField(
        default=4, help_text="Orders of this tactic per account in the quota period."
    )
    quota_days = models.PositiveSmallIntegerField(default=90, help_text="The quota period.")
    valid_from_on = models.DateField(null=True, blank=True)
    valid_until_on = models.DateField(null=True, blank=True)

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tier", "tactic"], name="menu_item_once_per_tier")]

    def __str__(self) -> str:
        return f"{self.tactic} for {self.tier}"


class TierMenu(Tier):
    """A tier seen as its menu: what it is entitled to, on one page of the admin."""

    class Meta:
        proxy = True
        verbose_name = "menu of a tier"
        verbose_name_plural = "menus of the tiers"
