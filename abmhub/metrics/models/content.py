"""How much of our content accounts took up."""

from django.db import models

from abmhub.signals.models import EventType


class ContentDay(models.Model):
    """The engagement events of a business day of one type, of all accounts together.

    The night counts the last weeks anew, because events come late; the events themselves need not be read again.
    """

    on = models.DateField()
    event_type = models.ForeignKey(EventType, models.CASCADE, related_name="content_days", db_index=False)
    events = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField(help_text="Different accounts that day.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "event_type"], name="content_day_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.event_type_id}: {self.events}"
