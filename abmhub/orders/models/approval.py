"""Who must agree before marketing begins, and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models

from abmhub.accounts.models import OfAccountQuerySet, Tier
from abmhub.core.numbers import money_text as money
from abmhub.menus.models import Category, Tactic
from abmhub.orders.models.order import Order
from abmhub.orders.models.task import Task
from abmhub.users.models import User

RISKS = [risk.value for risk in Tactic.Risk]


@dataclass(frozen=True)
class Subject:
    """What rules look at: the tactics of an order that are not approved for all, and what they come to."""

    tier: Tier
    tactics: Sequence[Tactic]
    amount: Decimal
    currency: str


class ApprovalRuleQuerySet(models.QuerySet["ApprovalRule"]):
    def in_force(self) -> Self:
        """In the order in which they are asked."""
        active = self.filter(is_active=True).select_related("tier", "tactic", "category", "approver")
        return active.order_by("position", "pk")


class ApprovalRule(models.Model):
    """When an order waits for somebody. The first rule that fits decides; what it leaves open fits everything."""

    class Role(models.TextChoices):
        SALES_MANAGER = "sales_manager", "The manager of whoever orders"
        MARKETING_MANAGER = "marketing_manager", "A marketing manager"
        ADMIN = "admin", "An administrator"

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Rules are asked in this order; the first decides."
    )
    least_amount = models.DecimalField(
        "from amount",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="For orders that come to so much, or more, without what is approved for all. Empty: of any amount.",
    )
    tier = models.ForeignKey(
        Tier, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: in every tier."
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: of every category."
    )
    tactic = models.ForeignKey(
        Tactic, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: for every tactic."
    )
    least_risk = models.CharField(
        "from risk",
        max_length=6,
        choices=Tactic.Risk,
        blank=True,
        help_text="For a tactic of this risk, or higher. Empty: of any risk.",
    )
    approver_role = models.CharField(
        "who approves", max_length=20, choices=Role, blank=True, help_text="Or choose a person below."
    )
    approver = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Instead of a role: this person."
    )
    patience_days = models.PositiveSmallIntegerField(
        "patience", default=2, help_text="Working days after which the next in line is asked too."
    )
    is_active = models.BooleanField("active", default=True)

    objects = ApprovalRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(least_amount=None) | models.Q(least_amount__gte=0),
                name="approval_rule_amount_not_negative",
                violation_error_message="The amount cannot be below zero.",
            ),
            models.CheckConstraint(
                condition=models.Q(approver_role="") | models.Q(approver=None),
                name="approval_rule_asks_one",
                violation_error_message="Choose a role or a person, not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A rule whose person was deleted asks the next in line; none is made like that."""
        if not self.approver_role and self.approver_id is None:
            raise ValidationError("Choose who approves: a role or a person.")

    def why(self, subject: Subject) -> str:
        """Why an order needs approval by this rule, as the end of a sentence; empty when it does not."""
        reasons = []
        if self.least_amount is not None:
            if subject.amount < self.least_amount:
                return ""
            reached = money(self.least_amount, subject.currency)
            total = money(subject.amount, subject.currency)
            reasons.append(f"its total of {total} reaches the {reached} of “{self.name}”")
        if self.tier_id is not None:
            if self.tier_id != subject.tier.pk:
                return ""
            reasons.append(f"the account is in {subject.tier}")
        found = next((tactic for tactic in subject.tactics if self._fits(tactic)), None)
        if found is None:
            return ""
        if self.least_risk:
            reasons.append(f"{found} has a {found.get_risk_display().lower()} risk")
        elif self.tactic_id or self.category_id:
            reasons.append(f"{found} falls under “{self.name}”")
        return " and ".join(reasons) or f"of the rule “{self.name}”"

    @property
    def occasion(self) -> str:
        """When it asks, for example: from 600.00, in Tier 3, from medium risk."""
        parts = [
            f"from {self.least_amount:,.2f}" if self.least_amount is not None else "",
            f"in {self.tier}" if self.tier_id else "",
            f"for {self.tactic}" if self.tactic_id else "",
            f"of {self.category}" if self.category_id else "",
            f"from {self.get_least_risk_display().lower()} risk" if self.least_risk else "",
        ]
        return ", ".join(filter(None, parts)) or "always, but for what is approved for all"

    @property
    def whom(self) -> str:
        """Who is asked."""
        return str(self.approver or self.get_approver_role_display() or "The next in line")

    def _fits(self, tactic: Tactic) -> bool:
        return (
            self.tactic_id in (None, tactic.pk)
            and self.category_id in (None, tactic.category_id)
            and (not self.least_risk or RISKS.index(tactic.risk) >= RISKS.index(self.least_risk))
        )


class ApprovalQuerySet(OfAccountQuerySet["Approval"]):
    account_path = "order__account"

    def pending(self) -> Self:
        return self.filter(state=Approval.State.PENDING)

    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "pk")

    def undecided_since(self, day: date) -> Self:
        """Pending ones whose patience has ended by that day, and that nobody else was asked for yet."""
        return self.pending().filter(escalates_on__lte=day, escalated_at=None)

    def to_change(self) -> Self:
        """Those that went back to be changed, and that nobody has sent again or cancelled."""
        later = Approval.objects.filter(order=models.OuterRef("order"), pk__gt=models.OuterRef("pk"))
        held = Task.objects.filter(line__order=models.OuterRef("order"), state=Task.State.HELD)
        return self.filter(~models.Exists(later), models.Exists(held), state=Approval.State.CHANGES)

    def for_list(self) -> Self:
        """With everything that says whom they wait for, and for which order, in the same query."""
        return self.select_related(
            "approver", "decided_by", "asked_by", "order__account", "order__tier", "order__placed_by__team__manager"
        )


class Approval(models.Model):
    """One asking for approval of an order and what came of it. An order that is sent again is asked for again."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for approval"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        CHANGES = "changes", "Changes requested"
        WITHDRAWN = "withdrawn", "Withdrawn"

    DECIDED = (State.APPROVED, State.DECLINED, State.CHANGES)

    order = models.ForeignKey(Order, models.PROTECT, related_name="approvals")
    rule = models.ForeignKey(ApprovalRule, models.SET_NULL, null=True, blank=True, related_name="approvals")
    why = models.CharField(max_length=300, help_text="Why approval was needed, as the end of a sentence.")
    approver_role = models.CharField(max_length=20, choices=ApprovalRule.Role, blank=True)
    approver = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="approvals_asked")
    asked_at = models.DateTimeField()
    total_amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="What the order came to when asked.")
    escalates_on = models.DateField(help_text="From this day on the next in line may decide too.")
    escalated_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="approvals_decided")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    idempotency_key = models.UUIDField(
        unique=True, null=True, blank=True, help_text="Of the form that sent a changed order again."
    )

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(state="pending"), name="approval_one_pending_for_an_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("pending", "withdrawn"), decided_by=None, decided_at=None, reason="")
                | models.Q(
                    state__in=("approved", "declined", "changes"), decided_by__isnull=False, decided_at__isnull=False
                )
                & ~models.Q(reason=""),
                name="approval_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="approval_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-asked_at"], name="approval_order_newest"),
            models.Index(fields=["asked_at"], condition=models.Q(state="pending"), name="approval_pending"),
            models.Index(fields=["-decided_at"], condition=~models.Q(decided_at=None), name="approval_decided_newest"),
        ]
        triggers = [
            # A rule or an approver that goes only leaves its place empty.
            pgtrigger.Trigger(
                name="approval_decision_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange(
                    "order",
                    "why",
                    "asked_by",
                    "asked_at",
                    "total_amount",
                    "state",
                    "decided_by",
                    "decided_at",
                    "reason",
                ),
                func="""
                    IF OLD.decided_at IS NOT NULL THEN
                        RAISE EXCEPTION 'What was decided about an order stays as it was said.'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="approval_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_state_display().lower()}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING
