"""The catalogue of tactics, how each is made, and the menu that a tier is entitled to."""

from collections.abc import Collection
from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models.functions import Now

from abmhub.accounts.models import Tier
from abmhub.campaigns.models import Channel
from abmhub.committee.models import BuyingRole


class Category(models.Model):
    """A heading of the menu."""

    name = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=40, default="package", help_text="A Lucide icon name.")

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class TacticQuerySet(models.QuerySet["Tactic"]):
    def orderable(self) -> Self:
        """Tactics that are approved and not withdrawn."""
        return self.filter(archived_at=None).exclude(approved_at=None)


@pghistory.track(exclude=["stock_reserved", "created_at"], append_only=True)
class Tactic(models.Model):
    """One thing marketing can do for an account. Its cost is per recipient."""

    name = models.CharField(max_length=100, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="tactics")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="tactics")
    description = models.TextField(help_text="What the recipient gets, in a sentence or two.")
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2, help_text="For one recipient.")
    currency = models.CharField(max_length=3, default="USD")
    lead_time_days = models.PositiveSmallIntegerField(help_text="Working days from order to door.")
    stock_on_hand = models.PositiveIntegerField(
        null=True, blank=True, help_text="Pieces in the store. Empty: made to order."
    )
    stock_reserved = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    minimum_recipients = models.PositiveSmallIntegerField(default=1)
    maximum_recipients = models.PositiveSmallIntegerField(default=5)
    suits_roles = models.ManyToManyField(
        BuyingRole, blank=True, related_name="tactics", help_text="Nobody chosen: suits everyone."
    )
    approved_at = models.DateTimeField(null=True, blank=True, help_text="Only approved tactics can be ordered.")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TacticQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock_on_hand=None) | models.Q(stock_reserved__lte=models.F("stock_on_hand")),
                name="tactic_stock_never_oversold",
                violation_error_message="More pieces are promised than that: free them first.",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_recipients__gte=1)
                & models.Q(maximum_recipients__gte=models.F("minimum_recipients")),
                name="tactic_recipients_make_sense",
                violation_error_message="The maximum cannot be below the minimum, which is 1.",
            ),
            models.CheckConstraint(
                condition=models.Q(unit_cost__gte=0),
                name="tactic_cost_not_negative",
                violation_error_message="The cost cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Also the one over the promised pieces, which no form shows and every form would therefore skip."""
        super().validate_constraints(set(exclude or ()) - {"stock_reserved"})

    @property
    def stock_left(self) -> int | None:
        """Pieces that can still be promised; None when it is made to order."""
        if self.stock_on_hand is None:
            return None
        return self.stock_on_hand - self.stock_reserved


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class RecipeStep(models.Model):
    """One step of the work that a tactic takes; becomes a step of the task's checklist."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="recipe")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    offset_days = models.PositiveSmallIntegerField(
        default=0, help_text="Working days after the order by which the step is due."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tactic", "position"], name="recipe_step_position")]

    def __str__(self) -> str:
        return self.name


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
