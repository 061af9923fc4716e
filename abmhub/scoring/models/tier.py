"""The tier policy: ordered rules over what is known of an account, as rows."""

from collections.abc import Mapping
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from abmhub.accounts.models import Attribute, Tier
from abmhub.scoring import custom
from abmhub.users.models import User

FactValue = Decimal | int | str | None
Facts = Mapping[str, FactValue]
"""What is known of an account, by `TierCondition.key`."""


class TierPolicyQuerySet(models.QuerySet["TierPolicy"]):
    def in_force(self) -> "TierPolicy | None":
        """The published policy; None before the first is published."""
        return self.filter(status=TierPolicy.Status.PUBLISHED).order_by("-version").first()


class TierPolicy(models.Model):
    """A version of the tier rules. One at most is published."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    version = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TierPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tier policies"
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="published"),
                name="tier_policy_one_published",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class TierRule(models.Model):
    """An account gets the tier of the first rule, in order of position, whose conditions all hold."""

    policy = models.ForeignKey(TierPolicy, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="rules")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="tier_rule_position")]

    def __str__(self) -> str:
        return self.name


class TierCondition(models.Model):
    """A fact about the account against a threshold, or among some values. An unknown fact never meets a condition.

    Scores are 0-100; the expected ACV is money in the business currency, and not known in any other.
    """

    class Fact(models.TextChoices):
        FIT = "fit", "Fit"
        INTENT = "intent", "Intent"
        ENGAGEMENT = "engagement", "Engagement"
        ACV = "acv_amount", "Expected ACV"
        CUSTOM = "custom", "Custom attribute"

    class Operator(models.TextChoices):
        AT_LEAST = "gte", "at least (>=)"
        BELOW = "lt", "below (<)"
        ONE_OF = "in", "is one of"

    rule = models.ForeignKey(TierRule, models.CASCADE, related_name="conditions")
    fact = models.CharField(max_length=12, choices=Fact)
    custom = models.ForeignKey(
        Attribute,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="custom attribute",
        help_text="Which one, where the fact is a custom attribute. A date is asked for its year.",
    )
    operator = models.CharField(max_length=3, choices=Operator, default=Operator.AT_LEAST)
    threshold = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    values = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="For “is one of”: separated by commas.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "fact", "custom", "operator"], name="tier_condition_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(fact="custom", custom__isnull=False) | ~Q(fact="custom") & Q(custom=None),
                name="tier_condition_names_its_custom_attribute",
                violation_error_message="Name the custom attribute where, and only where, the fact is a custom one.",
            ),
            models.CheckConstraint(
                condition=Q(operator="in", fact="custom", threshold=None) & ~Q(values=[])
                | ~Q(operator="in") & Q(threshold__isnull=False, values=[]),
                name="tier_condition_asks_something",
                violation_error_message=(
                    "“At least” and “below” need a threshold and no values; “is one of” needs values, no threshold, "
                    "and a custom attribute."
                ),
            ),
        ]

    def __str__(self) -> str:
        asked = " or ".join(self.values) if self.threshold is None else self.threshold
        return f"{self.custom or self.get_fact_display()} {self.get_operator_display()} {asked}"

    def clean(self) -> None:
        """Raises ValidationError for an operator or values that do not suit the custom attribute."""
        if self.custom is None:
            return
        if (self.operator == self.Operator.ONE_OF) == (self.custom.kind in custom.MEASURED):
            kind = self.custom.get_kind_display().lower()
            raise ValidationError(f"{self.custom} is a {kind}: “{self.get_operator_display()}” does not suit it.")
        if self.values:
            self.values = custom.understood(self.custom, self.values)

    @property
    def key(self) -> str:
        """The name of its fact among all that is known of an account; the column of the night."""
        return self.fact if self.custom_id is None else f"attribute_{self.custom_id}"

    def holds(self, value: FactValue) -> bool:
        """Whether the condition is met; the twin of the SQL that the night runs."""
        match value:
            case None:
                return False
            case str():
                return value.lower() in {each.lower() for each in self.values}
            case _ if self.threshold is None:
                return False
        return value >= self.threshold if self.operator == self.Operator.AT_LEAST else value < self.threshold


class TierSnapshot(models.Model):
    """How many accounts a tier had on a day, as known that day. No tier is empty."""

    snapshot_on = models.DateField()
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    accounts = models.PositiveIntegerField()
    policy_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot_on", "tier"], name="tier_snapshot_once_a_day", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.tier or 'no tier'}: {self.accounts}"
