"""Work that others do while somebody is away, and who was told that a promise is in danger."""

import pgtrigger
from django.db import models

from abmhub.orders.models.task import Task
from abmhub.users.models import User


class Cover(models.Model):
    """A task that a delegate has while its assignee is away; ended when that one is back or it is finished."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="covers")
    absent = models.ForeignKey(User, models.PROTECT, related_name="+")
    delegate = models.ForeignKey(User, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=models.Q(ended_at=None), name="cover_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.absent}"


class EscalationStep(models.Model):
    """When it is said that a task is late, or about to be: a row for each level, which an administrator may change."""

    class Level(models.TextChoices):
        DUE_SOON = "due_soon", "Due soon: whoever has the task"
        OVERDUE = "overdue", "Overdue: whoever has the task"
        TEAM_MANAGER = "team_manager", "Overdue: the manager of their team"
        MARKETING_MANAGERS = "managers", "Overdue: the marketing managers"

    level = models.CharField(max_length=12, choices=Level, primary_key=True)
    working_days = models.PositiveSmallIntegerField(
        help_text="Before the due date for “due soon”, after it for the others; 0 is the due date itself."
    )
    is_active = models.BooleanField("in force", default=True)

    def __str__(self) -> str:
        return str(self.get_level_display())


class Escalation(models.Model):
    """Somebody was told that a task is late, or about to be; once for each level."""

    Level = EscalationStep.Level

    task = models.ForeignKey(Task, models.CASCADE, related_name="escalations")
    level = models.CharField(max_length=12, choices=EscalationStep.Level)
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "level", "to"], name="escalation_once")]
        triggers = [pgtrigger.Protect(name="escalation_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.to}"
