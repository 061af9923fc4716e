"""A file on its way in: as it came, how it is read, and how far it has come."""

import io
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Self, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.users.models import User

KEPT_FOR = timedelta(days=30)
"""How long an import can be undone."""


class Kind(models.TextChoices):
    """In the order in which they are best imported: each may name rows of those before it."""

    PRODUCTS = "products", "Products"
    USERS = "users", "Users, teams and territories"
    ACCOUNTS = "accounts", "Accounts"
    CONTACTS = "contacts", "Contacts"
    CAMPAIGNS = "campaigns", "Campaigns"
    SPEND = "spend", "Campaign spend"
    OPPORTUNITIES = "opportunities", "Opportunities"
    STAGE_HISTORY = "stage_history", "Stage history"
    LEADS = "leads", "Leads"
    CAMPAIGN_MEMBERS = "campaign_members", "Campaign members"
    INTENT = "intent", "Intent observations"
    EVENTS = "events", "Engagement events"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def to_apply(self) -> Self:
        """Confirmed files whose rows are not in yet, oldest first; those a dead worker left included."""
        return self.filter(status__in=(ImportRun.Status.WAITING, ImportRun.Status.RUNNING)).order_by("pk")

    def without_figures(self) -> Self:
        """Files whose rows are in, but that scores, tiers and funnel do not know of yet."""
        return self.filter(status__in=(ImportRun.Status.DONE, ImportRun.Status.UNDONE), figures_at=None)

    def to_check(self) -> Self:
        """Drafts whose rows somebody wants to see before they confirm, oldest first."""
        return self.filter(status=ImportRun.Status.DRAFT, checked_at=None).exclude(check_asked_at=None).order_by("pk")

    def to_undo(self) -> Self:
        """Imports that somebody wants undone and that are not yet, oldest first."""
        return self.filter(status=ImportRun.Status.DONE).exclude(undo_asked_at=None).order_by("pk")


class ImportRun(models.Model):
    """One file. When it is done, rows = accepted + rejected + skipped, enforced by the database."""

    class Status(models.TextChoices):
        DRAFT = "draft", "To be confirmed"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        UNDONE = "undone", "Undone"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel workbook"

    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=60, help_text="The system that the file comes from.")
    file_name = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField(default=0)
    format = models.CharField(max_length=4, choices=Format, default=Format.CSV)
    is_packed = models.BooleanField("came packed (gzip)", default=False)
    sheets = ArrayField(models.TextField(), default=list, blank=True, help_text="The sheets of a workbook.")
    sheet = models.CharField(max_length=200, db_default="", blank=True, help_text="The one that is read.")
    encoding = models.CharField(max_length=40, default="utf-8")
    delimiter = models.CharField(max_length=1, default=",")
    columns = ArrayField(models.TextField(), default=list, help_text="The header of the file.")
    mapping = models.JSONField(default=dict, help_text="Column of the file for each field, and how values are read.")
    check_asked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When the dry run of this mapping finished.")
    expected = models.JSONField(default=dict, blank=True, help_text="The figures of the dry run.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    refusal = models.TextField(db_default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has begun with it.")
    read_bytes = models.PositiveBigIntegerField(default=0, help_text="How far the file has been read.")
    phase = models.CharField(max_length=40, db_default="", blank=True, help_text="What is being done with it.")
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
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone = models.PositiveIntegerField(default=0, help_text="Changes that were taken back.")
    not_undone = models.PositiveIntegerField(default=0, help_text="Changes that stay, because somebody built on them.")
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
                condition=models.Q(status__in=["done", "undone"], figures_at=None),
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
        return self.status in (self.Status.DONE, self.Status.REFUSED, self.Status.UNDONE)

    @property
    def waits_for_undo(self) -> bool:
        """Whether somebody wants it undone and no worker has done so yet."""
        return self.status == self.Status.DONE and self.undo_asked_at is not None

    @property
    def undo_until(self) -> datetime | None:
        """How long it can be taken back, once its rows are in."""
        return self.finished_at + KEPT_FOR if self.finished_at else None

    def open_file(self) -> BinaryIO:
        """Its text from the first byte, unpacked. It is kept until the rows are in; afterwards this is empty."""
        is_unpacked = self.is_packed or self.format != self.Format.CSV
        return cast(BinaryIO, io.BufferedReader(_Pieces(self._read_pieces(is_unpacked=is_unpacked))))

    def open_as_it_came(self) -> BinaryIO:
        """The workbook or archive itself, where the file was one."""
        return cast(BinaryIO, io.BufferedReader(_Pieces(self._read_pieces(is_unpacked=False))))

    def _read_pieces(self, *, is_unpacked: bool) -> Iterator[bytes]:
        for position in itertools.count():
            pieces = self.pieces.filter(is_unpacked=is_unpacked, position=position)
            piece = pieces.values_list("content", flat=True).first()
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
    is_unpacked = models.BooleanField(
        default=False, db_default=False, help_text="Of the text that a workbook or an archive was turned into."
    )
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "is_unpacked", "position"], name="import_piece_once")]

    def __str__(self) -> str:
        return f"{self.run_id}: piece {self.position}"
