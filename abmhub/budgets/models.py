"""Envelopes of money, and the append-only ledger that must equal them."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce

from abmhub.accounts.models import Tier
from abmhub.users.models import Role, Team, User

NEARLY_EMPTY = Decimal("0.15")
"""An envelope with this share free, or less, needs somebody's eye."""


class DateRange(Func):
    """PostgreSQL's daterange(from, until, bounds)."""

    function = "daterange"


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def covering(self, *, tier: Tier, team_id: int | None, currency: str, day: date) -> Self:
        """Envelopes that pay for an order of this tier and team on that day.

        The team's own envelope comes before the one for all teams.
        """
        return self.filter(
            models.Q(team=team_id) | models.Q(team=None),
            tier=tier,
            currency=currency,
            starts_on__lte=day,
            ends_on__gte=day,
        ).order_by(F("team").asc(nulls_last=True))

    def visible_to(self, user: User) -> Self:
        """Sales sees its own team's envelopes and the common ones; the others see all."""
        if not user.is_sales:
            return self
        teams = models.Q(team=user.team_id) | models.Q(team=None)
        if user.role == Role.SALES_MANAGER:
            teams |= models.Q(team__manager=user)
        return self.filter(teams)


@pghistory.track(
    fields=["name", "tier", "team", "starts_on", "ends_on", "currency", "total_amount"],
    model_name="EnvelopeEvent",
    append_only=True,
)
class Envelope(models.Model):
    """Money for a tier, and perhaps one team, over a period. Nothing may overdraw it.

    `reserved_amount` and `spent_amount` are written by `budgets.actions` alone.
    """

    name = models.CharField(max_length=120)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="envelopes")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text="Nobody chosen: for all teams.",
    )
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day of the period.")
    currency = models.CharField(max_length=3, default="USD")
    total_amount = models.DecimalField(max_digits=14, decimal_places=2)
    reserved_amount = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, editable=False
    )
    spent_amount = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, editable=False
    )

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_amount__gte=F("reserved_amount") + F("spent_amount")),
                name="envelope_never_overdrawn",
                violation_error_message=("More than that is already reserved or spent: cancel orders first."),
            ),
            models.CheckConstraint(
                condition=models.Q(reserved_amount__gte=0, spent_amount__gte=0),
                name="envelope_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=F("starts_on")),
                name="envelope_ends_after_it_starts",
                violation_error_message="The period ends before it starts.",
            ),
            ExclusionConstraint(
                name="envelope_periods_do_not_overlap",
                expressions=[
                    (F("tier"), RangeOperators.EQUAL),
                    (Coalesce(F("team"), Value(0)), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=("An envelope for this tier, team and currency covers part of this period."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # The database cannot even compare the periods of such an envelope with those of others.
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The period ends before it starts."})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Also those over the amounts, which no form shows and every form would therefore skip."""
        super().validate_constraints(set(exclude or ()) - {"reserved_amount", "spent_amount"})

    @property
    def free_amount(self) -> Decimal:
        return self.total_amount - self.reserved_amount - self.spent_amount

    @property
    def is_nearly_empty(self) -> bool:
        """Whether NEARLY_EMPTY of the money or less is free."""
        return self.free_amount <= NEARLY_EMPTY * self.total_amount


class LedgerEntry(models.Model):
    """One movement of money. Amounts are positive; the kind says which way it went."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", "Reserve"
        RELEASE = "release", "Release"
        SPEND = "spend", "Spend"

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=8, choices=Kind)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reserved_amount = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        default=Decimal(0),
        help_text="For a spend: how much of the reservation it ended.",
    )
    reference = models.CharField(max_length=100, help_text="The order line that it was for.")
    note = models.CharField(max_length=200, db_default="", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="ledger_entries")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["reference", "kind"], name="ledger_reference_kind_once"),
            models.UniqueConstraint(
                fields=["reference"],
                condition=models.Q(kind__in=("release", "spend")),
                name="ledger_reservation_ends_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, reserved_amount__gte=0), name="ledger_amounts_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["envelope", "-at"], name="ledger_envelope_newest")]
        triggers = [pgtrigger.Protect(name="ledger_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.reference}"

    @property
    def reserved_change(self) -> Decimal:
        """What the entry added to the reserved money of its envelope; negative when it ended a reservation."""
        if self.kind == self.Kind.SPEND:
            return -self.reserved_amount
        return self.amount if self.kind == self.Kind.RESERVE else -self.amount

    @property
    def spent_change(self) -> Decimal:
        """What the entry added to the spent money of its envelope."""
        return self.amount if self.kind == self.Kind.SPEND else Decimal(0)
