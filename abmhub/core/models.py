"""Rows that every room may write: the outbox, the run ledger, and what this installation is."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now


class Installation(models.Model):
    """The one row that says whose installation this is."""

    company_name = models.CharField(max_length=200, db_default="", blank=True)
    demo_seed = models.PositiveIntegerField(
        null=True, blank=True, help_text="Set when the data was made up by the demo command."
    )

    class Meta:
        verbose_name_plural = "installation"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="installation_is_one_row")]

    def __str__(self) -> str:
        return self.company_name or "ABM Hub"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, at: datetime) -> "OutboxQuerySet":
        """Messages that nobody has delivered and whose next attempt has come, oldest first."""
        return self.filter(delivered_at=None, next_attempt_at__lte=at).order_by("pk")


class OutboxMessage(models.Model):
    """Something the world must be told, written in the transaction that made it true.

    A sweep delivers it at least once; `key` lets the receiver drop a second delivery.
    """

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(db_default="", blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(delivered_at=None),
                name="outbox_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class RunQuerySet(models.QuerySet["Run"]):
    def last_finished(self, job: str) -> "Run | None":
        """The newest run of the job that finished well, or None before the first."""
        return self.filter(job=job, status=Run.Status.DONE).order_by("-business_day").first()


class Run(models.Model):
    """One run of a job for one business day: the ledger that makes a night happen once."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    job = models.CharField(max_length=60)
    business_day = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(db_default="", blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "business_day"], name="run_once_per_business_day")]

    def __str__(self) -> str:
        return f"{self.job} {self.business_day}"


class RunStep(models.Model):
    """One step of a run, written on its own connection so that progress shows while it runs."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="run_step_once")]

    def __str__(self) -> str:
        return self.name
