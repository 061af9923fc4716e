"""Files of a task: proofs, drafts, artwork. The rows say what the storage holds."""

from django.db import models

from abmhub.accounts.models import OfAccountQuerySet
from abmhub.orders.models.task import Task, TaskStep
from abmhub.users.models import User

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


class TaskFileQuerySet(OfAccountQuerySet["TaskFile"]):
    account_path = "task__line__order__account"


class TaskFile(models.Model):
    """A file that somebody added to a task, of a kind that its content proved; `step` is the one it is a proof of."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="files")
    step = models.ForeignKey(TaskStep, models.SET_NULL, null=True, blank=True, related_name="files")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=150, help_text="What the person who added it calls it.")
    kind = models.CharField(max_length=100, help_text="What its content says it is.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    path = models.CharField(max_length=100, unique=True, help_text="Where the storage keeps it.")

    objects = TaskFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["task", "at"], name="task_file_of_task")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it in place."""
        return self.kind in PICTURES
