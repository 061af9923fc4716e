"""The append-only ledger that the envelopes must equal on every level."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Case, F, Sum, When
from django.db.models.functions import TruncDate

from abmhub.budgets.models.envelope import Envelope, Level
from abmhub.core.days import zone
from abmhub.users.models import User


@dataclass(frozen=True)
class DayOfMoney:
    """What one business day changed: reserved or spent, and of that spent."""

    on: date
    used_amount: Decimal
    spent_amount: Decimal


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def under(self, envelope: Envelope) -> Self:
        """The entries that the figures of an envelope are made of: its own, and those of all under it."""
        paths = ["envelope" + "__parent" * times for times in range(len(Level))]
        return self.filter(models.Q(*((path, envelope) for path in paths), _connector=models.Q.OR))

    def by_day(self) -> list[DayOfMoney]:
        """What each business day changed, in their order; days without an entry are left out."""
        used = Case(
            When(kind=LedgerEntry.Kind.RESERVE, then=F("amount")),
            When(kind=LedgerEntry.Kind.RELEASE, then=-F("amount")),
            When(kind=LedgerEntry.Kind.SPEND, then=F("amount") - F("reserved_amount")),
            default=Decimal(0),
        )
        spent = Case(When(kind=LedgerEntry.Kind.SPEND, then=F("amount")), default=Decimal(0))
        days = self.order_by().annotate(on=TruncDate("at", tzinfo=zone())).values("on")
        return [
            DayOfMoney(row["on"], row["used"], row["spent"])
            for row in days.annotate(used=Sum(used), spent=Sum(spent)).order_by("on")
        ]


class LedgerEntry(models.Model):
    """One movement of money. Amounts are positive; the kind says which way it went.

    It is booked once, in the envelope that pays; the figures of those above are the sum of what lies under them.
    """

    class Kind(models.TextChoices):
        RESERVE = "reserve", "Reserve"
        RELEASE = "release", "Release"
        SPEND = "spend", "Spend"
        CARRY_OUT = "carry_out", "Carried over"
        CARRY_IN = "carry_in", "Brought over"

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reserved_amount = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        default=Decimal(0),
        help_text="For a spend: how much of the reservation it ended.",
    )
    reference = models.CharField(max_length=100, help_text="The order line that it was for.")
    note = models.CharField(max_length=200, db_default="", blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="ledger_entries", help_text="Empty: the night."
    )
    at = models.DateTimeField()

    objects = LedgerEntryQuerySet.as_manager()

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
        return {
            self.Kind.RESERVE: self.amount,
            self.Kind.RELEASE: -self.amount,
            self.Kind.SPEND: -self.reserved_amount,
        }.get(self.Kind(self.kind), Decimal(0))

    @property
    def spent_change(self) -> Decimal:
        """What the entry added to the spent money of its envelope."""
        return self.amount if self.kind == self.Kind.SPEND else Decimal(0)

    @property
    def total_change(self) -> Decimal:
        """What the entry added to the total of its envelope; negative when it went on to the next period."""
        return {self.Kind.CARRY_IN: self.amount, self.Kind.CARRY_OUT: -self.amount}.get(
            self.Kind(self.kind), Decimal(0)
        )
