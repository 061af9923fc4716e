"""What each tier may order, how often, and the drafts of what it may order next."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from abmhub.accounts.models import Account, Territory, Tier
from abmhub.menus.models.tactic import Tactic
from abmhub.menus.stages import FunnelStage
from abmhub.users.models import User


class MenuDraft(models.Model):
    """A tier's next menu, written in peace; published whole, from a day on."""

    tier = models.ForeignKey(Tier, models.CASCADE, related_name="menu_drafts")
    name = models.CharField(max_length=100, help_text="For example: spring, with more events.")
    valid_from_on = models.DateField(
        "valid from", null=True, blank=True, help_text="The first day of the new menu. Empty: the day of publishing."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    changes = ArrayField(
        models.CharField(max_length=200),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        help_text="What publishing it changed, a sentence each.",
    )

    class Meta:
        verbose_name = "draft of a menu"
        verbose_name_plural = "drafts of menus"

    def __str__(self) -> str:
        return f"{self.tier}: {self.name}"


class DateRange(Func):
    """PostgreSQL's daterange(from, until, bounds)."""

    function = "daterange"


class MenuItemQuerySet(models.QuerySet["MenuItem"]):
    def in_force(self) -> Self:
        """Without what only a draft says."""
        return self.filter(draft=None)

    def for_tier(self, tier: Tier) -> Self:
        """What this tier may order, by category and price, with all that a menu shows: two queries."""
        return self.in_force().filter(tier=tier).as_menu()

    def as_menu(self) -> Self:
        """What can be ordered of these, in the order of a menu."""
        return (
            self.filter(tactic__archived_at=None)
            .exclude(tactic__approved_at=None)
            .select_related("tactic__category", "tactic__channel", "tactic__version")
            .annotate(picture_digest=F("tactic__picture__digest"))
            .prefetch_related("tactic__suits_roles")
            .order_by("tactic__category__position", "tactic__category", "tactic__unit_cost", "tactic__name")
        )

    def on(self, day: date) -> Self:
        """Items in force and valid on that day."""
        return self.in_force().filter(
            Q(valid_from_on=None) | Q(valid_from_on__lte=day), Q(valid_until_on=None) | Q(valid_until_on__gte=day)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class MenuItem(models.Model):
    """A tactic on a tier's menu, with how often an account may have it."""

    tier = models.ForeignKey(Tier, models.CASCADE, related_name="menu")
    draft = models.ForeignKey(MenuDraft, models.CASCADE, null=True, blank=True, editable=False, related_name="items")
    tactic = models.ForeignKey(Tactic, models.PROTECT, related_name="menu_items")
    quota = models.PositiveSmallIntegerField(
        default=4, help_text="Orders of this tactic per account in the quota period."
    )
    quota_days = models.PositiveSmallIntegerField(default=90, help_text="The quota period.")
    stages = ArrayField(
        models.CharField(max_length=12, choices=FunnelStage),
        default=list,
        db_default=[],
        blank=True,
        help_text="Only for accounts at these stages. None chosen: at every stage.",
    )
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only for accounts of this territory. Nothing chosen: everywhere.",
    )
    valid_from_on = models.DateField(null=True, blank=True)
    valid_until_on = models.DateField(null=True, blank=True)

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="menu_item_once_per_tier",
                expressions=[
                    (F("tier"), RangeOperators.EQUAL),
                    (F("tactic"), RangeOperators.EQUAL),
                    (DateRange("valid_from_on", "valid_until_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(draft=None),
                violation_error_message="The tactic is on this menu already, on some of these days.",
            ),
            models.UniqueConstraint(
                fields=["draft", "tactic"],
                name="menu_item_once_per_draft",
                violation_error_message="The tactic is in this draft already.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from_on=None) | Q(valid_until_on=None) | Q(valid_until_on__gte=F("valid_from_on")),
                name="menu_item_ends_after_it_starts",
                violation_error_message="The validity ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tactic} for {self.tier}"

    def is_for(self, stage: str, account: Account) -> bool:
        """Whether accounts at that stage, and of that territory, may have it."""
        return (not self.stages or stage in self.stages) and self.territory_id in (None, account.territory_id)

    @property
    def stage_names(self) -> list[str]:
        """In the order of the funnel."""
        return [stage.label for stage in FunnelStage if stage in self.stages]


class TierMenu(Tier):
    """A tier seen as its menu: what it is entitled to, on one page of the admin."""

    class Meta:
        proxy = True
        verbose_name = "menu of a tier"
        verbose_name_plural = "menus of the tiers"


class ChannelStep(models.Model):
    """How many channels an account should be reached through at a stage: the further down, the more."""

    stage = models.CharField(max_length=12, choices=FunnelStage, unique=True)
    channels = models.PositiveSmallIntegerField(help_text="Distinct channels within 90 days.")

    class Meta:
        verbose_name = "step of the channel ladder"
        verbose_name_plural = "channel ladder"

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.channels}"
