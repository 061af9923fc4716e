"""What became, or would become, of single rows of a file."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from abmhub.imports.models.run import ImportRun


class ImportRemark(models.Model):
    """A row of the file that was not simply taken, and why."""

    class Outcome(models.TextChoices):
        REJECTED = "rejected", "Rejected"
        SKIPPED = "skipped", "Skipped"
        DOUBTFUL = "doubtful", "Doubtful"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="remarks")
    row_number = models.PositiveIntegerField(help_text="The first row under the header is 1.")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=300)
    field = models.CharField(max_length=40, db_default="", blank=True)
    value = models.CharField(max_length=200, db_default="", blank=True, help_text="What the file says.")
    suggestion = models.CharField(max_length=200, db_default="", blank=True)
    cells = ArrayField(models.TextField(), default=list, help_text="The row as it came.")

    class Meta:
        indexes = [models.Index(fields=["run", "outcome", "row_number"], name="import_remark_row")]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.reason}"


class ExpectedRow(models.Model):
    """What a dry run says would become of a row, for a person to look at before anything is written."""

    class Verdict(models.TextChoices):
        CREATE = "create", "Created"
        UPDATE = "update", "Updated"
        UNCHANGED = "unchanged", "Unchanged"
        REJECTED = "rejected", "Rejected"
        SKIPPED = "skipped", "Skipped"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="expected_rows", db_index=False)
    row_number = models.PositiveIntegerField(help_text="The first row under the header is 1.")
    verdict = models.CharField(max_length=9, choices=Verdict)
    label = models.CharField(max_length=200, db_default="", blank=True, help_text="What the row is about.")
    reason = models.CharField(max_length=300, db_default="", blank=True)
    doubts = models.JSONField(default=list, help_text="Field, value, reason and suggestion of each.")
    changes = models.JSONField(default=list, help_text="Field, old and new value of each, as people read them.")

    class Meta:
        indexes = [
            models.Index(fields=["run", "verdict", "row_number"], name="expected_row_verdict"),
            models.Index(fields=["run", "row_number"], condition=~models.Q(doubts=[]), name="expected_row_doubtful"),
        ]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.get_verdict_display()}"


class ImportChange(models.Model):
    """A row of our tables that an import wrote, kept for 30 days so that the import can be undone.

    Of a row that it created only a fingerprint is kept, which tells whether somebody changed it since; of one
    that it changed, the columns that it changed, before and after; of one that it deleted, all of `before`.
    When the import has been undone only what had to stay is left here, with the reason.
    """

    # Written in the transaction of its run, and only there: to look the run up for each row cost a tenth of the import.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes", db_index=False, db_constraint=False)
    row_number = models.PositiveIntegerField(null=True, blank=True, help_text="Empty for what the file as a whole did.")
    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    fingerprint = models.BigIntegerField(null=True, blank=True)
    refusal = models.CharField(max_length=300, db_default="", blank=True, help_text="Why it could not be undone.")

    class Meta:
        indexes = [
            # The rows of an import lie together, because they are written together.
            BrinIndex(fields=["run"], name="import_change_of_run"),
            models.Index(fields=["run", "id"], condition=~models.Q(refusal=""), name="import_change_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
