"""A look at a list that somebody keeps: filters, order and columns."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from abmhub.users.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """The person's own, and those that others share. What a view shows is still only what its reader may see."""
        return self.filter(models.Q(by=user) | models.Q(is_shared=True))


class SavedView(models.Model):
    """Filters, order and columns under a name. `query` is the address of the list after its question mark."""

    class List(models.TextChoices):
        ACCOUNTS = "accounts", "Accounts"
        TASKS = "tasks", "Tasks"

    of = models.CharField(max_length=10, choices=List, default=List.ACCOUNTS, db_default=List.ACCOUNTS)
    name = models.CharField(max_length=60)
    by = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField("shared with everybody", default=False)
    query = models.CharField(max_length=2000, blank=True)
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Empty: the usual ones.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "of", "name"],
                name="saved_view_name_once",
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
