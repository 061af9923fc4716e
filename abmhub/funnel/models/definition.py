"""What the stages mean here, which rules a night counted by, and what a conversion is held against."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from abmhub.campaigns.models import Motion
from abmhub.funnel.models.snapshot import FunnelStage


class StageDefinition(models.Model):
    """What a stage of a motion is called and means; sales and marketing agree on it. The page shows the words.

    `least_events` and `within_days` decide, of the engaged accounts alone: so many meaningful events within so many
    days. Which types of events are meaningful, and which stages of a deal count as an opportunity, is said there.
    """

    motion = models.CharField(max_length=12, choices=Motion)
    stage = models.CharField(max_length=12, choices=FunnelStage)
    name = models.CharField(max_length=40, help_text="In the plural, as on the page.")
    meaning = models.TextField(help_text="Who is counted, in words that both teams agreed to.")
    least_events = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="Engaged accounts alone."
    )
    within_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Engaged accounts alone. Empty: however long ago.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "stage"], name="stage_defined_once")]

    def __str__(self) -> str:
        return f"{self.get_motion_display()}: {self.name}"


class Rules(models.Model):
    """The rules that nights counted by, from one night until the next change."""

    first_on = models.DateField("first night", unique=True)
    rules = models.JSONField()

    class Meta:
        verbose_name_plural = "rules"

    def __str__(self) -> str:
        return f"from {self.first_on}"


class Benchmark(models.Model):
    """What a conversion is held against when somebody chooses others' figures over our own history."""

    motion = models.CharField(max_length=12, choices=Motion)
    stage = models.CharField(
        max_length=12, choices=[each for each in FunnelStage.choices if each[0] != FunnelStage.POOL]
    )
    share = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Of the stage before, 0-1: 0.25 is one in four.",
    )
    source = models.CharField(max_length=200, help_text="Who says so, and where it can be read.")
    dated_on = models.DateField(help_text="When it was said.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["motion", "stage"], name="benchmark_once"),
            models.CheckConstraint(condition=models.Q(share__gte=0, share__lte=1), name="benchmark_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.get_motion_display()}, {self.get_stage_display()}: {self.share}"
