"""The Slack channels that are told what happens."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now


class SlackWebhook(models.Model):
    """A channel of Slack that is told what happens. Its address is a secret: who has it can post there."""

    class Topic(models.TextChoices):
        ORDER_PLACED = "order.placed", "An order is placed"
        LINE_DELIVERED = "line.delivered", "A line is delivered"
        LINE_CANCELLED = "line.cancelled", "A line is cancelled"
        PLAY_STOPPED = "play.stopped", "A play is stopped"

    HOSTS: ClassVar[frozenset[str]] = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})

    name = models.CharField(max_length=80, unique=True, help_text="The channel, for example #abm-deliveries.")
    url = models.CharField("address", max_length=300, help_text="https://hooks.slack.com/services/...")
    topics = ArrayField(
        models.CharField(max_length=40, choices=Topic), default=list, help_text="What the channel is told."
    )
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "Slack channel"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for an address that is none of Slack's: the server asks no other host."""
        if not self.is_of_slack:
            raise ValidationError({"url": "This must be an incoming webhook: https://hooks.slack.com/services/..."})

    @property
    def is_of_slack(self) -> bool:
        """Whether the address is https, of Slack itself, without a port or a password."""
        scheme, _, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        return scheme == "https" and host in self.HOSTS and bool(slash and path) and "\\" not in self.url
