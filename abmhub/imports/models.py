"""A file that came in, and what became of each of its rows."""

from django.db import models

from abmhub.users.models import User


class Kind(models.TextChoices):
    PRODUCTS = "products", "Products"
    USERS = "users", "Users, teams and territories"
    ACCOUNTS = "accounts", "Accounts"
    OPPORTUNITIES = "opportunities", "Opportunities"


class ImportRun(models.Model):
    """One file. When it is done, rows = accepted + rejected + skipped, enforced by the database."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=60, help_text="The system that the file comes from.")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True, help_text="The file, until its rows are applied; then emptied.")
    mapping = models.JSONField(default=dict, help_text="Column of the file for each field.")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    refusal = models.TextField(db_default="", blank=True)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="import_runs")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="done")
                | models.Q(rows=models.F("accepted") + models.F("rejected") + models.F("skipped")),
                name="import_run_accounts_for_every_row",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="done")
                | models.Q(accepted=models.F("created") + models.F("updated") + models.F("unchanged")),
                name="import_run_accepted_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"


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
    suggestion = models.CharField(max_length=200, db_default="", blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["run", "row_number"], name="import_remark_row")]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.reason}"
