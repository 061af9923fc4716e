"""A file that came in, and what became of each of its rows."""

import io
import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO, Self, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Account
from abmhub.pipeline.models import Product
from abmhub.users.models import User


class Kind(models.TextChoices):
    """In the order in which they are best imported: each may name rows of those before it."""

    PRODUCTS = "products", "Products"
    USERS = "users", "Users, teams and territories"
    ACCOUNTS = "accounts", "Accounts"
    OPPORTUNITIES = "opportunities", "Opportunities"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def to_apply(self) -> Self:
        """Confirmed files whose rows are not in yet, oldest first; those a dead worker left included."""
        return self.filter(status__in=(ImportRun.Status.WAITING, ImportRun.Status.RUNNING)).order_by("pk")

    def without_figures(self) -> Self:
        """Files whose rows are in, but that scores, tiers and funnel do not know of yet."""
        return self.filter(status=ImportRun.Status.DONE, figures_at=None)


class ImportRun(models.Model):
    """One file. When it is done, rows = accepted + rejected + skipped, enforced by the database."""

    class Status(models.TextChoices):
        DRAFT = "draft", "To be confirmed"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=60, help_text="The system that the file comes from.")
    file_name = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField(default=0)
    encoding = models.CharField(max_length=40, default="utf-8")
    delimiter = models.CharField(max_length=1, default=",")
    columns = ArrayField(models.TextField(), default=list, help_text="The header of the file.")
    mapping = models.JSONField(default=dict, help_text="Column of the file for each field, and how values are read.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    refusal = models.TextField(db_default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has begun with it.")
    read_bytes = models.PositiveBigIntegerField(default=0, help_text="How far the file has been read.")
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0, help_text="Accepted rows with something for a person to settle.")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="import_runs")
    started_at = models.DateTimeField(help_text="When the file came.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    figures_at = models.DateTimeField(
        null=True, blank=True, help_text="When scores, tiers and funnel were computed with these rows."
    )

    objects = ImportRunQuerySet.as_manager()

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
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(status__in=["waiting", "running"]), name="import_run_to_apply"
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(status="done", figures_at=None),
                name="import_run_without_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"

    @property
    def percent_read(self) -> int:
        """How much of the file has been read, 0-100."""
        return min(100, self.read_bytes * 100 // self.size_bytes) if self.size_bytes else 0

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.REFUSED)

    def open_file(self) -> BinaryIO:
        """The file from its first byte. It is kept until its rows are in; afterwards this is empty."""
        return cast(BinaryIO, io.BufferedReader(_Pieces(self._read_pieces())))

    def _read_pieces(self) -> Iterator[bytes]:
        for position in itertools.count():
            piece = self.pieces.filter(position=position).values_list("content", flat=True).first()
            if piece is None:
                return
            yield bytes(piece)


class _Pieces(io.RawIOBase):
    """Pieces of a file, read as one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class ImportPiece(models.Model):
    """A part of a file whose rows are not in yet. Pieces, so that a large file never lies in memory whole."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="import_piece_once")]

    def __str__(self) -> str:
        return f"{self.run_id}: piece {self.position}"


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


class Settlement(models.Model):
    """What a person said a word in the files of a source means. Later files of the source are read by it."""

    class Field(models.TextChoices):
        ACCOUNT = "account", "Account"
        PRODUCT = "product", "Product"
        INDUSTRY = "industry", "Industry"
        COUNTRY = "country", "Country"

    source = models.CharField(max_length=60)
    field = models.CharField(max_length=10, choices=Field)
    value = models.CharField(max_length=200, help_text="What the file says.")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="+")
    meaning = models.CharField(max_length=200, db_default="", blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "field", "value"], name="settlement_once"),
            models.CheckConstraint(
                condition=models.Q(field="account", account__isnull=False, product=None, meaning="")
                | models.Q(field="product", account=None, product__isnull=False, meaning="")
                | (models.Q(field__in=["industry", "country"], account=None, product=None) & ~models.Q(meaning="")),
                name="settlement_means_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} {self.value} means {self.account or self.product or self.meaning}"
