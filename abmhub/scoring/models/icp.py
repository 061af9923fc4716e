"""The ideal customer profile: versions of weighted criteria and disqualifiers, as rows."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, Prefetch, Q

from abmhub.accounts.models import Account
from abmhub.accounts.models import Attribute as CustomAttribute
from abmhub.scoring import custom
from abmhub.users.models import User

MEASURED = ("employees", "annual_revenue_amount", "founded_year")
HAS_LIMITS = Q(values=[]) & (Q(minimum__isnull=False) | Q(maximum__isnull=False))
HAS_VALUES = ~Q(values=[]) & Q(minimum=None, maximum=None)


class IcpProfileQuerySet(models.QuerySet["IcpProfile"]):
    def published(self) -> Self:
        """The published profiles, the one in force first."""
        return self.exclude(published_at=None).order_by("-published_at", "-pk")

    def drafts(self) -> Self:
        """What may still be edited, the newest first."""
        return self.filter(published_at=None).order_by("-version")

    def with_criteria(self) -> Self:
        """The criteria are loaded as they are read."""
        return self.prefetch_related(Prefetch("criteria", IcpCriterion.objects.in_order()))

    def in_force(self) -> "IcpProfile | None":
        """The profile that was published last; None before the first."""
        return self.published().first()

    def next_version(self) -> int:
        """The version of the next profile; of two who ask at once, one is turned away by the database."""
        highest: int = self.aggregate(highest=Max("version"))["highest"] or 0
        return highest + 1


class IcpProfile(models.Model):
    """A version of the ideal customer profile. The one published last is in force; none is edited afterwards."""

    version = models.PositiveIntegerField(unique=True, editable=False)
    name = models.CharField(max_length=100)
    origin = models.CharField(max_length=200, blank=True, editable=False, help_text="Where it comes from.")
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
        return f"{self.name} (version {self.version})"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited; what was once published explains figures of the past."""
        return self.published_at is None


class IcpCriterionQuerySet(models.QuerySet["IcpCriterion"]):
    def in_order(self) -> Self:
        """As they are read and added up: the weightiest first, each with what it asks about."""
        return self.select_related("custom").order_by("-weight", "pk")


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
        CUSTOM = "custom", "Custom attribute"

    NUMBERS = (Attribute.EMPLOYEES, Attribute.ANNUAL_REVENUE, Attribute.FOUNDED_YEAR)

    profile = models.ForeignKey(IcpProfile, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=100)
    attribute = models.CharField(max_length=30, choices=Attribute)
    custom = models.ForeignKey(
        CustomAttribute,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="custom attribute",
        help_text="Which one, where the attribute is a custom one. A date is asked for its year.",
    )
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
    reason = models.CharField(
        max_length=90, blank=True, help_text="Of a disqualifier: why, in words that a rep will read."
    )

    objects = IcpCriterionQuerySet.as_manager()

    class Meta:
        verbose_name = "ICP criterion"
        verbose_name_plural = "ICP criteria"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(attribute__in=MEASURED) & HAS_LIMITS
                    | Q(attribute="custom") & (HAS_LIMITS | HAS_VALUES)
                    | ~Q(attribute__in=(*MEASURED, "custom")) & HAS_VALUES
                ),
                name="icp_criterion_asks_something",
                violation_error_message=(
                    "A number needs a minimum or a maximum and no values; anything else needs values and neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(attribute="custom", custom__isnull=False) | ~Q(attribute="custom") & Q(custom=None),
                name="icp_criterion_names_its_custom_attribute",
                violation_error_message=(
                    "Name the custom attribute where, and only where, the attribute is a custom one."
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

    def clean(self) -> None:
        """Raises ValidationError for values that the custom attribute can never have."""
        if self.custom is None:
            return
        if self.is_measured == bool(self.values):
            wanted = "a minimum or a maximum" if self.is_measured else "values"
            raise ValidationError(f"{self.custom} is a {self.custom.get_kind_display().lower()}: it needs {wanted}.")
        if not self.is_measured:
            self.values = custom.understood(self.custom, self.values)

    @property
    def is_measured(self) -> bool:
        """Whether it asks for a minimum and a maximum, and not for one of its values."""
        if self.custom is not None:
            return self.custom.kind in custom.MEASURED
        return self.attribute in self.NUMBERS

    @property
    def subject(self) -> str:
        """What it asks about, as people call it."""
        return self.custom.label if self.custom else self.get_attribute_display()

    @property
    def told(self) -> str:
        """How it is named where it bars an account: with its reason."""
        reason = self.reason.rstrip(". ")
        return f"{self.name} ({reason})" if reason else self.name

    def value(self, account: Account) -> Decimal | int | str | list[str] | None:
        """What the account says about it; None when it is not known, as money in another than the business currency."""
        if self.custom is not None:
            return custom.value_of(account, self.custom)
        is_foreign = account.currency != settings.ABMHUB_BUSINESS_CURRENCY
        if self.attribute == self.Attribute.ANNUAL_REVENUE and is_foreign:
            return None
        value: Decimal | int | str | list[str] | None = getattr(account, self.attribute)
        return None if value in (None, "", []) else value

    def verdict(self, account: Account) -> bool | None:
        """Whether the account meets it; None when the attribute is not known. The twin of the SQL of the night.

        Words are compared without regard to case.
        """
        match self.value(account):
            case None:
                return None
            case int() | Decimal() as number:
                is_enough = self.minimum is None or number >= self.minimum
                return is_enough and (self.maximum is None or number <= self.maximum)
            case words:
                said = words if isinstance(words, list) else [words]
                return not {word.lower() for word in said}.isdisjoint(word.lower() for word in self.values)
