"""The catalogue: what marketing can do for an account, and on what terms."""

from collections.abc import Collection
from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now

from abmhub.campaigns.models import Channel
from abmhub.committee.models import BuyingRole
from abmhub.menus.stages import FunnelStage


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

    def on(self, day: date) -> Self:
        """Tactics valid on that day."""
        return self.filter(
            models.Q(valid_from_on=None) | models.Q(valid_from_on__lte=day),
            models.Q(valid_until_on=None) | models.Q(valid_until_on__gte=day),
        )


@pghistory.track(exclude=["stock_reserved", "version", "created_at"], append_only=True)
class Tactic(models.Model):
    """One thing marketing can do for an account. Its cost is per recipient."""

    class Risk(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    class Approval(models.TextChoices):
        NEVER = "never", "Never: it is approved for all"
        BY_RULE = "by_rule", "By the approval rules"
        ALWAYS = "always", "Always"

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
    reorder_point = models.PositiveIntegerField(
        null=True, blank=True, help_text="With so many pieces left, or fewer, marketing is told to reorder."
    )
    restock_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Working days until pieces come in for an order when too few are left; they are not counted in the "
        "store. Empty: then it cannot be ordered.",
    )
    minimum_recipients = models.PositiveSmallIntegerField(default=1)
    maximum_recipients = models.PositiveSmallIntegerField(default=5)
    suits_roles = models.ManyToManyField(
        BuyingRole, blank=True, related_name="tactics", help_text="Nobody chosen: suits everyone."
    )
    suits_stages = ArrayField(
        models.CharField(max_length=12, choices=FunnelStage),
        verbose_name="suits stages",
        default=list,
        db_default=[],
        blank=True,
        help_text="None chosen: suits every stage.",
    )
    only_countries = ArrayField(
        models.CharField(max_length=2),
        default=list,
        db_default=[],
        blank=True,
        help_text="Two letters each, for example DE, AT, CH. Empty: everywhere.",
    )
    barred_industries = ArrayField(
        models.CharField(max_length=100),
        default=list,
        db_default=[],
        blank=True,
        help_text="Accounts of these industries cannot have it, for example government, healthcare.",
    )
    ships = models.BooleanField(
        "ships to an address",
        default=False,
        db_default=False,
        help_text="Recipients are asked where to send it, by a link of their own.",
    )
    risk = models.CharField(
        max_length=6,
        choices=Risk,
        default=Risk.LOW,
        db_default=Risk.LOW,
        help_text="What can go wrong: gift laws, a name in public, a brand at stake.",
    )
    approval = models.CharField(
        max_length=7,
        choices=Approval,
        default=Approval.BY_RULE,
        db_default=Approval.BY_RULE,
        help_text="Whether an order of it waits for somebody's approval.",
    )
    valid_from_on = models.DateField("valid from", null=True, blank=True)
    valid_until_on = models.DateField("valid until", null=True, blank=True, help_text="The last day of ordering.")
    version = models.ForeignKey(
        "menus.TacticVersion",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="The one in force. Nothing as soon as price, lead time or recipe differ from it.",
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
            models.CheckConstraint(
                condition=models.Q(valid_from_on=None)
                | models.Q(valid_until_on=None)
                | models.Q(valid_until_on__gte=models.F("valid_from_on")),
                name="tactic_validity_ends_after_it_starts",
                violation_error_message="The validity ends before it starts.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="terms_changed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("unit_cost", "currency", "lead_time_days"),
                func="NEW.version_id = NULL; RETURN NEW;",
            )
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

    @property
    def is_awaited(self) -> bool:
        """Whether too few are left, and pieces come in for whoever orders it now."""
        left = self.stock_left
        return self.restock_days is not None and left is not None and left < self.minimum_recipients

    @property
    def stage_names(self) -> list[str]:
        """The stages it suits, in the order of the funnel."""
        return [stage.label for stage in FunnelStage if stage in self.suits_stages]

    @property
    def is_to_reorder(self) -> bool:
        """Whether the store has come down to the reorder point."""
        return self.reorder_point is not None and self.stock_left is not None and self.stock_left <= self.reorder_point


class TacticPicture(models.Model):
    """What a tactic looks like, as somebody uploaded it; without one its category's icon is shown."""

    class Kind(models.TextChoices):
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        WEBP = "image/webp", "WebP"

    tactic = models.OneToOneField(Tactic, models.CASCADE, primary_key=True, related_name="picture")
    kind = models.CharField(max_length=10, choices=Kind)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content; part of its address.")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"Picture of {self.tactic}"
