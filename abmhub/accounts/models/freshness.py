"""How long what a source said of an account may be believed."""

from datetime import date, timedelta

from django.db import models

DUE_EVERY_DAYS = 14
"""Account data is due every two weeks, unless the clock of its source says otherwise."""

BY_HAND = "a person"
"""The source of facts that somebody looked at and found right. It has a clock like any other, and no files."""


class FreshnessClock(models.Model):
    """Every source of account facts has one, from its first file on."""

    source = models.CharField(max_length=60, unique=True)
    due_every_days = models.PositiveSmallIntegerField(
        default=DUE_EVERY_DAYS, help_text="After this many days without a word from the source, its facts are stale."
    )
    last_file_on = models.DateField(null=True, blank=True, help_text="The day of its last file.")
    accounts = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Whose facts it was the last to confirm; the night counts."
    )
    stale_accounts = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Of these, how many it should have confirmed again."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(due_every_days__gte=1), name="freshness_clock_at_least_a_day")
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def is_by_hand(self) -> bool:
        return self.source == BY_HAND

    @property
    def due_on(self) -> date | None:
        """The day by which the next file should be in; None before the first."""
        return self.last_file_on + timedelta(days=self.due_every_days) if self.last_file_on else None

    def is_overdue(self, on: date) -> bool:
        """Whether the day that its next file was due on has passed."""
        return self.due_on is not None and self.due_on < on
