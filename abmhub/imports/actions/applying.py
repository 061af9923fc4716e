"""A confirmed file, taken in: all of its rows or none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Model, Q
from psycopg.sql import Identifier

from abmhub.accounts.models import Account, AccountIdentity, Standing
from abmhub.core import sql
from abmhub.core.refusals import Refused
from abmhub.imports import journal, staging
from abmhub.imports.actions.drafting import shape_of
from abmhub.imports.kinds import intake_of
from abmhub.imports.kinds.base import Intake, Overtaken, Reading
from abmhub.imports.mapping import ColumnMapping, NotMapped
from abmhub.imports.models import ImportRun
from abmhub.imports.progress import Progress
from abmhub.imports.reading import NotReadable, Table

log = structlog.get_logger(__name__)

# How often others may write the same rows meanwhile, and how often a worker may die over a file.
ATTEMPTS = 3
MOST_ENDS = 5
# So many new rows make another table of one.
MANY = 10_000
# The first half of an advisory lock: the second is the run. It dies with the connection, as the worker does.
APPLYING = 0x1AB
ONE_AT_A_TIME = 0x1AC
RECOGNISING = "Recognising"


class BeingApplied(Refused):
    """Somebody else is taking this file in right now, or has done so."""


@dataclass(frozen=True)
class Figures:
    """What became, or would become, of the rows of a file."""

    rows: int
    accepted: int
    rejected: int
    skipped: int
    created: int
    updated: int
    unchanged: int
    doubtful: int


def apply(*, run: ImportRun, at: datetime) -> ImportRun:
    """Take the rows of a confirmed file in, all of them or, when this is interrupted, none.

    Applying again what a dead worker left is safe: nothing was written. A file that turns out unreadable is
    refused as a whole. Raises BeingApplied.
    """
    with _claimed(run) as claimed:
        if claimed.attempts >= MOST_ENDS:
            return _refuse(claimed, Refused(f"Taking the file in broke off {MOST_ENDS} times: the log says why."), at)
        try:
            claimed.status = ImportRun.Status.RUNNING
            stage_with_progress(claimed, at)
            intake_of(claimed.kind).make_room(at)
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _finish(claimed, at)
                except Overtaken:
                    log.warning("import_overtaken", run=claimed.pk, attempt=attempt)
            raise BeingApplied("Other writers change the same rows: try again when they have finished.")
        except (NotReadable, NotMapped) as refusal:
            return _refuse(claimed, refusal, at)
        finally:
            staging.clear()


def lock_until_the_end(lock: int, of: int = 0) -> None:
    """Wait until no other transaction has this advisory lock, and hold it until the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, of])


@contextmanager
def lock_on(run: ImportRun) -> Iterator[None]:
    """No other worker is at the file meanwhile. The lock is the connection's, not a transaction's, so that progress
    can be seen; a killed worker loses it with its connection. Raises BeingApplied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [APPLYING, run.pk])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        raise BeingApplied("A worker is at this file right now.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [APPLYING, run.pk])


@contextmanager
def _claimed(run: ImportRun) -> Iterator[ImportRun]:
    """The run, while no other worker has it."""
    with lock_on(run):
        found = ImportRun.objects.to_apply().filter(pk=run.pk).first()
        if found is None:
            raise BeingApplied("This file waits for confirmation, or has been taken in already.")
        yield found


def stage_with_progress(run: ImportRun, at: datetime) -> None:
    """Read the file into the staging table; how far that has come can be seen meanwhile. Raises NotReadable."""
    run.attempts, run.phase = run.attempts + 1, "Reading"
    run.save(update_fields=["status", "attempts", "phase"])

    def progress(rows: int, size: int) -> None:
        run.rows, run.read_bytes = rows, size
        ImportRun.objects.filter(pk=run.pk).update(rows=rows, read_bytes=size)

    with Table(run.open_file, shape_of(run)) as table:
        staging.stage(intake_of(run.kind), table, reading_of(run, at), progress)
    run.phase = RECOGNISING
    run.save(update_fields=["phase"])


def reading_of(run: ImportRun, at: datetime) -> Reading:
    mapping = ColumnMapping.from_json(run.mapping)
    mapping.check(intake_of(run.kind).fields, run.columns)
    return Reading.of(run.source, mapping, at, run.file_name)


@transaction.atomic
def _finish(run: ImportRun, at: datetime) -> ImportRun:
    intake = intake_of(run.kind)
    with Progress(run) as progress:
        figures = take_rows_in(intake, reading_of(run, at), progress)
        progress.tell("Keeping what was done")
    sql.run("imports/rows/write_remarks", run=run.pk)
    journal.keep(run, intake.model)
    for name, value in vars(figures).items():
        setattr(run, name, value)
    run.status, run.finished_at, run.read_bytes, run.phase = ImportRun.Status.DONE, at, run.size_bytes, ""
    # Figures need not be computed again when nothing has changed.
    run.figures_at = None if run.created or run.updated else at
    run.save()
    run.pieces.all().delete()
    if run.created >= MANY:
        # The night that follows would plan for a table as it was before.
        sql.run("imports/rows/analyze_written", _parts={"table": Identifier(intake.model._meta.db_table)})
    return run


def take_rows_in(intake: Intake, reading: Reading, progress: Progress) -> Figures:
    """Resolve and write what is staged. Two files at once take turns here, so that neither misses the other's rows."""
    lock_until_the_end(ONE_AT_A_TIME)
    expect_rows(intake)
    journal.begin()
    progress.tell(RECOGNISING)
    intake.resolve(reading)
    sql.run("imports/rows/analyze_verdicts")
    progress.tell("Writing")
    intake.write(reading)
    progress.tell("Looking for what unknown names may mean")
    intake.suggest()
    journal.close()
    return Figures(**sql.rows("imports/rows/figures")[0])


def expect_rows(intake: Intake) -> None:
    """Keep the planner from taking the tables of the file for empty ones while it fills them.

    It would join each row with all others: where an import was just undone, the next one took hours.
    """
    tables: tuple[type[Model], ...] = (Account, AccountIdentity, Standing, intake.model)
    for model in dict.fromkeys(tables):
        relation = model._meta.db_table
        sql.rows("imports/rows/forget_size", _parts={"table": Identifier(relation)}, relation=relation)


@transaction.atomic
def _refuse(run: ImportRun, refusal: Refused, at: datetime) -> ImportRun:
    run.status, run.refusal, run.finished_at = ImportRun.Status.REFUSED, refusal.message, at
    run.save(update_fields=["status", "refusal", "finished_at"])
    run.pieces.all().delete()
    return run


def apply_waiting(*, at: Callable[[], datetime]) -> list[ImportRun]:
    """Take in every confirmed file that nobody else is at, oldest first. Returns those that are over."""
    applied = []
    for run in ImportRun.objects.to_apply():
        try:
            applied.append(apply(run=run, at=at()))
        except BeingApplied:
            continue
    return applied


def note_figures(*, at: datetime) -> int:
    """Remember that scores, tiers and funnel were computed at this moment with every file applied until then."""
    over = Q(finished_at__lte=at) & (Q(undone_at=None) | Q(undone_at__lte=at))
    return ImportRun.objects.without_figures().filter(over).update(figures_at=at)
