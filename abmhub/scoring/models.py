"""Which accounts, and why: the ideal customer profile and the tier policy, as rows."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Tier
from abmhub.users.models import User


class IcpProfile(models.Model):
    """A version of the ideal customer profile. The newest published one is in force."""

    name = models.CharField(max_length=100)
    minimum_known_percent = models.PositiveSmallIntegerField(
        default=40,
        help_text="Below this share of known weight, fit stays unknown instead of a guess.",
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ideal customer profile"

    def __str__(self) -> str:
        return self.name


class IcpCriterion(models.Model):
    """One weighted question about an account, or a disqualifier that ends the matter."""

    class Attribute(models.TextChoices):
        INDUSTRY = "industry", "Industry"
        COUNTRY = "country", "Country"
        SEGMENT = "segment", "Segment"
        EMPLOYEES = "employees", "Employees"
        ANNUAL_REVENUE = "annual_revenue_amount", "Annual revenue"
        FOUNDED_YEAR = "founded_year", "Founded in"
        TECHNOLOGIES = "technologies", "Technologies"

    profile = models.ForeignKey(IcpProfile, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=100)
    attribute = models.CharField(max_length=30, choices=Attribute)
    minimum = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="Inclusive.")
    maximum = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="Inclusive.")
    values = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Any of these, separated by commas.",
    )
    weight = models.PositiveSmallIntegerField(default=10)
    is_disqualifier = models.BooleanField(
        default=False, help_text="An account that meets it has fit 0 and cannot be ordered for."
    )

    class Meta:
        verbose_name_plural = "ICP criteria"

    def __str__(self) -> str:
        return self.name


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
    """A fact about the account against a threshold. An unknown fact never meets a condition."""

    class Fact(models.TextChoices):
        FIT = "fit", "Fit"
        INTENT = "intent", "Intent"
        ENGAGEMENT = "engagement", "Engagement"
        ACV = "acv_amount", "Expected ACV"

    class Operator(models.TextChoices):
        AT_LEAST = "gte", "at least (>=)"
        BELOW = "lt", "below (<)"

    rule = models.ForeignKey(TierRule, models.CASCADE, related_name="conditions")
    fact = models.CharField(max_length=12, choices=Fact)
    operator = models.CharField(max_length=3, choices=Operator, default=Operator.AT_LEAST)
    threshold = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "fact", "operator"], name="tier_condition_once")]

    def __str__(self) -> str:
        return f"{self.get_fact_display()} {self.get_operator_display()} {self.threshold}"

    def holds(self, value: Decimal | int | None) -> bool:
        """Whether the condition is met; the twin of the SQL that the night runs."""
        if value is None:
            return False
        if self.operator == self.Operator.AT_LEAST:
            return value >= self.threshold
        return value < self.threshold
