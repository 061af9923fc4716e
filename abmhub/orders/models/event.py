"""What happened to a task, as far as its own columns do not tell it."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models

from abmhub.users.models import User

if TYPE_CHECKING:
    from abmhub.orders.models.task import Task


class TaskEvent(models.Model):
    """A line of a task's history, which nothing changes any more; only what it says of a person can be forgotten.

    `by` is nobody when the product did it; `person` is to whom.
    """

    class Kind(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        RELEASED = "released", "Given back to the queue"
        ROUTED = "routed", "Routed"
        HANDED_OVER = "handed_over", "Handed over"
        WAITING = "waiting", "Waiting"
        RESUMED = "resumed", "Resumed"
        DUE_SOON = "due_soon", "Due soon"
        OVERDUE = "overdue", "Overdue"
        CHANGED = "changed", "Changed"
        ADDRESS_ASKED = "address_asked", "Asked for the address"
        ADDRESS_CONFIRMED = "address_confirmed", "Address confirmed"

    task: "models.ForeignKey[Task, Task]" = models.ForeignKey("orders.Task", models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["task", "at"], name="task_event_of_task")]
        triggers = [pgtrigger.Protect(name="task_event_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_kind_display()
