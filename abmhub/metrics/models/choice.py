"""Which of the rival definitions is ours, who signed it, and the months in which nothing moves any more."""

from datetime import date
from typing import Self

from django.db import models

from abmhub.users.models import User


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def waiting(self) -> Self:
        """Proposed by one, and not yet confirmed by another or taken back."""
        return self.filter(confirmed_at=None, ended_at=None)

    def signed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)


class Choice(models.Model):
    """Somebody wants another definition of a metric to be ours; a second person signs it, or it is taken back.

    The newest that two have signed is in force. Without any, the first definition of the metric is.
    """

    metric = models.CharField(max_length=20)
    definition = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("turned down or taken back", null=True, blank=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric"],
                condition=models.Q(confirmed_at=None, ended_at=None),
                name="metric_choice_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="metric_choice_two_people",
                violation_error_message="A second person has to sign.",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="metric_choice_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(ended_at=None), name="metric_choice_ends_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.definition}"


class PeriodLockQuerySet(models.QuerySet["PeriodLock"]):
    def hold(self, day: date) -> bool:
        """Whether the month of a day is locked."""
        return self.filter(month_on=day.replace(day=1)).exists()


class PeriodLock(models.Model):
    """A month whose figures were reported: its snapshots cannot change, and its definitions stay those of that day."""

    month_on = models.DateField("month", unique=True)
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()

    objects = PeriodLockQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.month_on:%B %Y}"


class LockedMetric(models.Model):
    """What a metric was in a locked month, under the definition that was ours then."""

    lock = models.ForeignKey(PeriodLock, models.CASCADE, related_name="metrics")
    metric = models.CharField(max_length=20)
    definition = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lock", "metric"], name="locked_metric_once")]

    def __str__(self) -> str:
        return f"{self.metric}: {self.definition}"
