"""How often one person may be touched in a week."""

from django.core.validators import MinValueValidator
from django.db import models

from abmhub.campaigns.models import Channel


class TouchLimit(models.Model):
    """At most so many touches per person and week, of marketing and sales together."""

    channel = models.ForeignKey(
        Channel,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="touch_limits",
        help_text="Nothing chosen: over all channels together.",
    )
    touches = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="Per person and week, from Monday to Sunday."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel"],
                nulls_distinct=False,
                name="touch_limit_once_per_channel",
                violation_error_message="There is a limit for this channel already.",
            ),
            models.CheckConstraint(condition=models.Q(touches__gte=1), name="touch_limit_lets_somebody_through"),
        ]

    def __str__(self) -> str:
        return f"{self.touches} touches a week{f' by {self.channel}' if self.channel else ''}"
