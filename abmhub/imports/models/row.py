"""What became, or would become, of single rows of a file."""

from django.contrib.postgres.fields import ArrayField
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

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="expected_rows")
    row_number = models.PositiveIntegerField(help_text="The first row under the header is 1.")
    verdict = models.CharField(max_length=9, choices=Verdict)
    label = models.CharField(max_length=200, db_default="", blank=True, help_text="What the row is about.")
    reason = models.CharField(max_length=300, db_default="", blank=True)
    doubts = models.JSONField(default=list, help_text="Field, value, reason and suggestion of each.")
    changes = models.JSONField(default=list, help_text="Field, old and new value of each, as people read them.")

    class Meta:
        indexes = [models.Index(fields=["run", "verdict", "row_number"], name="expected_row_verdict")]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.get_verdict_display()}"


class ImportChange(models.Model):
    """A row of our tables that an import wrote, kept for 30 days so that the import can be undone.

    `before` holds the columns it changed as they were, and is empty where the row is new; `after` holds
    the same columns, or the whole new row, as the import left them.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    row_number = models.PositiveIntegerField(null=True, blank=True, help_text="Empty for what the file as a whole did.")
    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, db_default="", blank=True, help_text="Why it could not be undone.")

    class Meta:
        indexes = [models.Index(fields=["run", "table", "key"], name="import_change_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
