"""The calendar that a person subscribes to."""

from django.db import models

from abmhub.users.models import User


class CalendarFeed(models.Model):
    """A person's secret link to their own calendar. The link is shown once; only its hash is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret in the link.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar last fetched it.")

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
