"""Which accounts, and why: the ideal customer profile and the tier policy, as rows."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Account, Tier
from abmhub.users.models import User


class IcpProfileQuerySet(models.QuerySet["IcpProfile"]):
    def published(self) -> "IcpProfileQuerySet":
        """The published profiles, the one in force first."""
        return self.exclude(published_at=None).order_by("-published_at", "-pk")

    def in_force(self) -> "IcpProfile | None":
        """The profile that was published last; None before the first."""
        return self.published().first()


class IcpProfile(models.Model):
    """A version of the ideal customer profile. The one published last is in force; none is edited afterwards."""

    name = models.CharField(max_length=100)
    minimum_known_percent = models.PositiveSmallIntegerField(
        default=40,
        help_text="In percent of all weight. Where less is known, fit stays unknown instead of a guess.",
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects = IcpProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "ideal customer profile"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_known_percent__lte=100),
                name="icp_minimum_known_at_most_100",
                violation_error_message="A share in percent is at most 100.",
            )
        ]

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

    NUMBERS = (Attribute.EMPLOYEES, Attribute.ANNUAL_REVENUE, Attribute.FOUNDED_YEAR)

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
        verbose_name = "ICP criterion"
        verbose_name_plural = "ICP criteria"
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(attribute__in=("employees", "annual_revenue_amount", "founded_year"), values=[])
                    & (models.Q(minimum__isnull=False) | models.Q(maximum__isnull=False))
                    | ~models.Q(attribute__in=("employees", "annual_revenue_amount", "founded_year"))
                    & ~models.Q(values=[])
                    & models.Q(minimum=None, maximum=None)
                ),
                name="icp_criterion_asks_something",
                violation_error_message=(
                    "A number needs a minimum or a maximum and no values; anything else needs values and neither."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(is_disqualifier=True) | models.Q(weight__gte=1),
                name="icp_criterion_has_weight",
                violation_error_message="A criterion without weight changes nothing: give it at least 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def verdict(self, account: Account) -> bool | None:
        """Whether the account meets it; None when the attribute is not known. The twin of the SQL of the night.

        Money in another than the business currency is not known. Words are compared without regard to case.
        """
        value = getattr(account, self.attribute)
        if self.attribute == self.Attribute.ANNUAL_REVENUE and account.currency != settings.ABMHUB_BUSINESS_CURRENCY:
            value = None
        if value in (None, "", []):
            return None
        if self.attribute in self.NUMBERS:
            return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        words = value if isinstance(value, list) else [value]
        return not {word.lower() for word in words}.isdisjoint(word.lower() for word in self.values)


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
    """A fact about the account against a threshold. An unknown fact never meets a condition.

    Scores are 0-100; the expected ACV is money in the business currency, and not known in any other.
    """

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
