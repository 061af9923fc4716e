"""What people enter because no system of ours knows it, and what they want the metrics to become."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from abmhub.metrics.spans import Window
from abmhub.users.models import User


class Kind(models.TextChoices):
    SALARIES = "salaries", "Salaries of sales and marketing"
    TOOLS = "tools", "Tools"
    EVENTS = "events", "Events not in campaigns"
    EXTRA_SUPPORT = "extra_support", "Extra support for new customers"
    GROSS_MARGIN = "gross_margin", "Gross margin"
    MONTHLY_CHURN = "monthly_churn", "Churn in a month"
    LIFESPAN_MONTHS = "lifespan_months", "Lifespan of a customer"
    SURVEY = "survey", "Survey: would recommend us"
    SOCIAL = "social", "Social: mentions"
    SHARE_OF_VOICE = "share_of_voice", "Share of voice"
    NEW_VISITS = "new_visits", "New visits"


SHARES = (Kind.GROSS_MARGIN, Kind.MONTHLY_CHURN, Kind.SHARE_OF_VOICE, Kind.SURVEY)
MONEY = (Kind.SALARIES, Kind.TOOLS, Kind.EVENTS, Kind.EXTRA_SUPPORT)
REPUTATION = (Kind.SURVEY, Kind.SOCIAL, Kind.SHARE_OF_VOICE, Kind.NEW_VISITS)


class Entry(models.Model):
    """A number of a month, with where it comes from and how it is known."""

    class Basis(models.TextChoices):
        MEASURED = "measured", "Measured"
        SURVEYED = "surveyed", "Surveyed"
        ESTIMATED = "estimated", "Estimated"

    kind = models.CharField(max_length=16, choices=Kind)
    month_on = models.DateField("month", help_text="Its first day. A share or a lifespan holds until a newer one.")
    value = models.DecimalField(
        max_digits=16, decimal_places=4, help_text="Money in the business currency; a share as 0.75; months; a count."
    )
    basis = models.CharField(max_length=9, choices=Basis, default=Basis.MEASURED)
    source = models.CharField(max_length=120, help_text="Where somebody can look it up.")
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    updated_at = models.DateTimeField("entered", db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "month_on"], name="metric_entry_once_a_month"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="metric_entry_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=SHARES) | models.Q(value__lte=1),
                name="metric_entry_share_at_most_one",
                violation_error_message="A share is at most 1: write 75% as 0.75.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.month_on:%B %Y}"

    def clean(self) -> None:
        if self.month_on and self.month_on.day != 1:
            raise ValidationError({"month_on": "Name a month by its first day."})

    @property
    def currency(self) -> str:
        return settings.ABMHUB_BUSINESS_CURRENCY if self.kind in MONEY else ""


class Target(models.Model):
    """What a metric shall be, within which time."""

    metric = models.CharField(max_length=20)
    window = models.CharField(max_length=7, choices=Window, default=Window.YEAR)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The day by which it shall be reached.")
    value = models.DecimalField(max_digits=16, decimal_places=4, help_text="In the unit of the metric; 30% is 0.3.")
    source = models.CharField(max_length=120, blank=True, help_text="Who set it, and where it is written.")
    objective = models.CharField(
        max_length=120,
        blank=True,
        db_default="",
        help_text="What it is a key result of, in words: Win more of the right accounts.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["metric", "window", "ends_on"], name="metric_target_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="metric_target_ends_after_it_starts",
                violation_error_message="It ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value} by {self.ends_on}"


class ActivityGoal(models.Model):
    """How much of an activity a month shall see. It stands beside what comes of it: much of it is no success."""

    figure = models.CharField(max_length=30, unique=True)
    a_month = models.PositiveIntegerField("a month")

    def __str__(self) -> str:
        return f"{self.figure}: {self.a_month} a month"


class MetricNote(models.Model):
    """What no figure tells: word of mouth, a podcast, what a customer said."""

    on = models.DateField()
    about = models.CharField(max_length=80)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-on", "-id"], name="metric_note_newest")]

    def __str__(self) -> str:
        return self.about
