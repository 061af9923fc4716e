"""Accounts that may be one, and those that somebody made one."""

from typing import Self

from django.db import models

from abmhub.accounts.models.account import Account
from abmhub.users.models import User


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def open(self) -> Self:
        """Pairs that nobody has decided about, the likeliest first."""
        return self.filter(dismissed_at=None).order_by("-likeness", "pk")

    def visible_to(self, user: User) -> Self:
        """Pairs of which the person may see both."""
        if user.sees_every_account:
            return self
        seen = Account.objects.visible_to(user)
        return self.filter(account__in=seen, other__in=seen)


class Duplicate(models.Model):
    """Two accounts that may be one company. A person decides: they are merged, or the pair is dismissed."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="duplicates")
    other = models.ForeignKey(Account, models.CASCADE, related_name="+")
    likeness = models.PositiveSmallIntegerField(help_text="How alike their names are, 0-100.")
    reason = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "other"], name="duplicate_once"),
            models.CheckConstraint(condition=models.Q(account__lt=models.F("other")), name="duplicate_in_order"),
        ]
        indexes = [
            models.Index(fields=["-likeness", "id"], condition=models.Q(dismissed_at=None), name="duplicate_open")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} and {self.other_id}"


class AccountMerge(models.Model):
    """One account became part of another. `journal` holds all that is needed to part them again."""

    kept = models.ForeignKey(Account, models.CASCADE, related_name="merges")
    absorbed_id = models.BigIntegerField(help_text="The key that the other account had, and gets back.")
    absorbed_name = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="account_merges")
    merged_at = models.DateTimeField()
    journal = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-merged_at"], name="account_merge_newest")]

    def __str__(self) -> str:
        return f"{self.absorbed_name} into {self.kept_id}"
