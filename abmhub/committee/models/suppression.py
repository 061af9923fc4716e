"""Who asked to be forgotten."""

from django.db import models

from abmhub.users.models import User


class Suppression(models.Model):
    """Somebody who asked to be forgotten. No address is kept: only a keyed hash by which a later file is recognised."""

    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256 of the email or of source and key.")
    suppressed_at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.digest[:8]}..."
