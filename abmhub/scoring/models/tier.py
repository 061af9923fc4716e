"""The tier policy: ordered rules over what is known of an account, as rows."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from abmhub.accounts.models import Attribute, Tier
from abmhub.core.days import first_moment
from abmhub.scoring import custom
from abmhub.users.models import User

FactValue = Decimal | int | str | None
Facts = Mapping[str, FactValue]
"""What is known of an account, by `TierCondition.key`."""


def _points(help_text: str) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(default=0, db_default=0, help_text=f"In points. {help_text}")


def _person() -> "models.ForeignKey[User | None, User | None]":
    return models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)


class TierPolicyQuerySet(models.QuerySet["TierPolicy"]):
    def in_force(self) -> "TierPolicy | None":
        """The published policy; None before the first is published."""
        return self.filter(status=TierPolicy.Status.PUBLISHED).order_by("-version").first()

    def in_force_on(self, day: date) -> "TierPolicy | None":
        """The policy that was in force when the day ended; None before the first was published."""
        over = first_moment(day + timedelta(days=1))
        return self.filter(published_at__lt=over).order_by("-published_at", "-version").first()


class TierPolicy(models.Model):
    """A version of the tier rules. One at most is published."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PREVIEWED = "previewed", "Previewed"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    version = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    origin = models.CharField(
        max_length=200, db_default="", blank=True, editable=False, help_text="Where it comes from."
    )
    promote_band = _points("So far above a threshold a score must be to lift an account that is in a lower tier.")
    demote_band = _points("So far below a threshold a score may fall before an account loses the tier it has.")
    minimum_stay_days = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="In days. An account that came into a tier falls no sooner; it may rise at any time.",
    )
    previewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    previewed_by = _person()
    previewed_as = models.CharField(
        max_length=64, db_default="", blank=True, editable=False, help_text="What its rules were then, as a digest."
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_by = _person()
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = _person()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = _person()

    objects = TierPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tier policies"
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="published"),
                name="tier_policy_one_published",
            ),
            models.CheckConstraint(
                condition=Q(promote_band__lte=100, demote_band__lte=100),
                name="tier_policy_bands_at_most_100",
                violation_error_message="Scores are 0-100: a band is 100 points at most.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited; what was once published explains tiers of the past."""
        return self.published_at is None


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


_MEASURED = ("fit", "intent", "engagement", "acv_amount", "freshness")
_AMONG = ("in", "not")
ASKS_A_THRESHOLD = Q(fact__in=(*_MEASURED, "custom"), threshold__isnull=False, values=[]) & ~Q(operator__in=_AMONG)
ASKS_VALUES = Q(operator__in=_AMONG, threshold=None) & ~Q(fact__in=_MEASURED) & ~Q(values=[])


class TierCapacity(models.Model):
    """So many accounts of a tier one owner can look after; those of the lowest priority wait for a place."""

    policy = models.ForeignKey(TierPolicy, models.CASCADE, related_name="capacities")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    accounts_per_rep = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tier capacities"
        constraints = [models.UniqueConstraint(fields=["policy", "tier"], name="tier_capacity_once")]

    def __str__(self) -> str:
        return f"{self.tier}: {self.accounts_per_rep} accounts per rep"


class TierCondition(models.Model):
    """A fact about the account against a threshold, or among some values. An unknown fact never meets a condition.

    Scores are 0-100; the expected ACV is money in the business currency, and not known in any other. The stage is
    the deepest open opportunity's, else "customer" or "no opportunity". Freshness is how many days the facts are
    overdue, 0 while they are fresh.
    """

    class Fact(models.TextChoices):
        FIT = "fit", "Fit"
        INTENT = "intent", "Intent"
        ENGAGEMENT = "engagement", "Engagement"
        ACV = "acv_amount", "Expected ACV"
        FRESHNESS = "freshness", "Days overdue"
        STAGE = "stage", "Stage"
        INDUSTRY = "industry", "Industry"
        COUNTRY = "country", "Country"
        SEGMENT = "segment", "Segment"
        TERRITORY = "territory", "Territory"
        CUSTOM = "custom", "Custom attribute"

    class Operator(models.TextChoices):
        AT_LEAST = "gte", "at least (>=)"
        BELOW = "lt", "below (<)"
        ONE_OF = "in", "is one of"
        NOT_ONE_OF = "not", "is not one of"

    SCORES = (Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT)
    MEASURED = (*SCORES, Fact.ACV, Fact.FRESHNESS)
    AMONG = (Operator.ONE_OF, Operator.NOT_ONE_OF)

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
        help_text="For “is one of” and “is not one of”: separated by commas.",
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
                condition=ASKS_A_THRESHOLD | ASKS_VALUES,
                name="tier_condition_asks_something",
                violation_error_message=(
                    "Scores, money and days need a threshold and no values; anything else needs values alone."
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
        if (self.operator in self.AMONG) == (self.custom.kind in custom.MEASURED):
            kind = self.custom.get_kind_display().lower()
            raise ValidationError(f"{self.custom} is a {kind}: “{self.get_operator_display()}” does not suit it.")
        if self.values:
            self.values = custom.understood(self.custom, self.values)

    @property
    def key(self) -> str:
        """The name of its fact among all that is known of an account; the column of the night."""
        return self.fact if self.custom_id is None else f"attribute_{self.custom_id}"

    def holds(self, value: FactValue, threshold: Decimal | None = None) -> bool:
        """Whether the condition is met, perhaps with another threshold; the twin of the SQL that the night runs."""
        wanted = self.threshold if threshold is None else threshold
        match value:
            case None:
                return False
            case str():
                is_among = value.lower() in {each.lower() for each in self.values}
                return is_among == (self.operator == self.Operator.ONE_OF)
            case _ if wanted is None:
                return False
        return value >= wanted if self.operator == self.Operator.AT_LEAST else value < wanted


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
