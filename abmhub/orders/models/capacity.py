"""How many hours of tasks a person can do on a working day."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from abmhub.users.models import User

USUAL_HOURS_A_DAY = Decimal(6)
"""Of whom nothing else is known: a working day less meetings and mail."""


class Capacity(models.Model):
    """The hours of one person; whoever has none has the usual ones."""

    person = models.OneToOneField(User, models.CASCADE, related_name="capacity")
    hours_a_day = models.DecimalField(
        "hours a working day",
        max_digits=4,
        decimal_places=2,
        default=USUAL_HOURS_A_DAY,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
        help_text=f"For tasks, without meetings and mail. Nobody entered here has {USUAL_HOURS_A_DAY}.",
    )

    class Meta:
        verbose_name_plural = "capacities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hours_a_day__gte=0, hours_a_day__lte=24), name="capacity_within_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.hours_a_day} hours a day"
