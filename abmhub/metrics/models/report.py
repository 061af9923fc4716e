"""To whom the monthly report is mailed, and when."""

from datetime import date, datetime, time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from abmhub.core.days import zone
from abmhub.users.models import User

LAST_DAY, LAST_HOUR = 28, 23


class ReportMailing(models.Model):
    """The report of a month that is over, mailed in the month after it. Nobody gets the report of a month twice."""

    name = models.CharField(max_length=80, unique=True, help_text="For example: the board.")
    day = models.PositiveSmallIntegerField(
        "day of the month", default=2, validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)],
        help_text="1 to 28, in the month after the one that is reported.",
    )  # fmt: skip
    hour = models.PositiveSmallIntegerField(
        default=8, validators=[MaxValueValidator(LAST_HOUR)], help_text="0 to 23, in the zone of the installation."
    )
    waits_for_lock = models.BooleanField(
        "wait for the lock",
        default=False,
        help_text="Set: it is mailed once the month is locked, within the month after it. "
        "Unset: it says that late data may change it.",
    )
    recipients = models.ManyToManyField(
        User,
        related_name="+",
        help_text="Each gets what they may see: no spend for sales reps. Who chose to be mailed never is left out.",
    )
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "mailing of the monthly report"
        verbose_name_plural = "mailings of the monthly report"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day__gte=1, day__lte=LAST_DAY, hour__lte=LAST_HOUR),
                name="report_mailing_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def due_at(self, today: date) -> datetime:
        """When it is mailed in the month of a day."""
        return datetime.combine(today.replace(day=self.day), time(self.hour), tzinfo=zone())
