"""Rows that every room may write: the outbox, the run ledger, what this installation is and when it works."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
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


class WorkingCalendar(models.Model):
    """On which days and until which hour people work; see `workdays`.

    The first row is everybody's; the others are for teams that work by another calendar.
    """

    DEFAULT = 1

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    name = models.CharField(
        max_length=60,
        blank=True,
        db_default="",
        help_text="Where, for example: Cairo. Empty only for the calendar of everybody else.",
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        help_text="Two letters: its weekend and public holidays are days off. Empty: the country of ABMHUB_COUNTRY.",
    )
    region = models.CharField(
        max_length=10, blank=True, help_text="A part of the country with holidays of its own, for example BY of DE."
    )
    weekend = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=list,
        db_default=[],
        blank=True,
        help_text="None chosen: the weekend of the country.",
    )
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        db_default="",
        help_text="By whose clock the day and the cut-off go, for example Africa/Cairo. Empty: the installation's.",
    )
    cut_off_hour = models.PositiveSmallIntegerField(
        default=14,
        db_default=14,
        help_text="What is ordered at or after this hour counts from the next working day. 24: there is no cut-off.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="working_calendar_name_once",
                violation_error_message="There is a calendar of this name already.",
            ),
            models.CheckConstraint(
                condition=models.Q(pk=1) | ~models.Q(name=""),
                name="working_calendar_has_a_name",
                violation_error_message="Give it a name: teams choose it by that.",
            ),
            models.CheckConstraint(
                condition=models.Q(cut_off_hour__lte=24),
                name="working_calendar_cut_off_is_an_hour",
                violation_error_message="The day has 24 hours.",
            ),
            models.CheckConstraint(
                condition=models.Q(weekend__len__lte=6),
                name="working_calendar_has_a_working_day",
                violation_error_message="One day of the week must be left to work on.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or "Everybody's calendar"


class CalendarDay(models.Model):
    """A day on which people work by this calendar though others do not, or the other way round."""

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="days")
    day_on = models.DateField("day")
    is_worked = models.BooleanField("worked", help_text="Set: people work, whatever day it is. Unset: they do not.")
    name = models.CharField(max_length=60, blank=True, help_text="Why, for example: company day, working Saturday.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day_on"],
                name="calendar_day_once",
                violation_error_message="This day is decided already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day_on:%-d %B %Y}"


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
    begun_at = models.DateTimeField(
        null=True, blank=True, help_text="When an attempt began of which nobody knows whether it arrived."
    )

    objects = OutboxQuerySet.as_manager()

    may_be_there = False
    """Whether the attempt that is under way follows one of which nobody knows whether it arrived."""

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
    def finished(self, job: str) -> Self:
        """The runs that published figures, the newest business day first."""
        return self.filter(job=job).exclude(published_at=None).order_by("-business_day")

    def last_finished(self, job: str) -> "Run | None":
        """The run whose figures readers see; None before the first."""
        return self.finished(job).first()

    def is_published(self, job: str, day: date) -> bool:
        """Whether the figures of that business day have been published."""
        return self.filter(job=job, business_day=day).exclude(published_at=None).exists()

    def has_failed(self, job: str, day: date, *, since: datetime) -> bool:
        """Whether the latest attempt at that business day failed, and began after that moment."""
        return self.filter(job=job, business_day=day, status=Run.Status.FAILED, started_at__gt=since).exists()


class Run(models.Model):
    """A job for one business day: the ledger that makes a night happen once.

    `published_at` is written in the transaction that writes the figures, and stays when a later attempt
    fails; the other fields tell of the latest attempt and are written while it runs.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    job = models.CharField(max_length=60)
    business_day = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When readers first saw these figures.")
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(db_default="", blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "business_day"], name="run_once_per_business_day")]

    def __str__(self) -> str:
        return f"{self.job} {self.business_day}"

    @property
    def is_running(self) -> bool:
        return self.status == Run.Status.RUNNING

    def hours_old(self, at: datetime) -> int | None:
        """How many whole hours ago its figures were published; None while they are not."""
        if self.published_at is None:
            return None
        return int((at - self.published_at).total_seconds() // 3600)


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
