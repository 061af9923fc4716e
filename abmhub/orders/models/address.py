"""Where to send what a tactic ships: asked of the recipient, kept for the task alone."""

from datetime import datetime
from typing import Self

from django.db import models

from abmhub.accounts.models import OfAccountQuerySet
from abmhub.orders.models.order import Recipient
from abmhub.orders.models.task import Task
from abmhub.users.models import User


class AddressRequestQuerySet(OfAccountQuerySet["AddressRequest"]):
    account_path = "task__line__order__account"

    def unanswered(self) -> Self:
        return self.filter(confirmed_at=None)

    def to_purge(self) -> Self:
        """Addresses that nobody needs any more, because their task ended."""
        return self.exclude(address="").exclude(task__finished_at=None)


class AddressRequest(models.Model):
    """A one-time link to a recipient's own page. Asking again makes the link before it worthless."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="address_requests")
    recipient = models.OneToOneField(Recipient, models.CASCADE, related_name="address_request")
    nonce = models.UUIDField(help_text="Part of the link's signature; another one makes it worthless.")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    address = models.TextField(max_length=500, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = AddressRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address="") | models.Q(confirmed_at__isnull=False, purged_at=None),
                name="address_is_confirmed_and_not_purged",
            )
        ]
        indexes = [
            models.Index(fields=["task"], condition=~models.Q(address=""), name="address_kept"),
        ]

    def __str__(self) -> str:
        return f"Address of {self.recipient}"

    def is_open(self, at: datetime) -> bool:
        """Whether its link still takes an address."""
        return self.confirmed_at is None and at < self.expires_at
