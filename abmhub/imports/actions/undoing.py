"""An import that somebody wants taken back."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from abmhub.core.refusals import Refused
from abmhub.imports import journal
from abmhub.imports.actions.applying import APPLYING, ONE_AT_A_TIME
from abmhub.imports.kinds import intake_of
from abmhub.imports.models import KEPT_FOR, ImportRun
from abmhub.imports.reversal import take_back
from abmhub.users.models import User
from abmhub.users.verbs import require


class CannotBeUndone(Refused):
    """This import is not there to be taken back: not in, undone before, or too long ago."""


def can_be_undone(run: ImportRun, *, at: datetime) -> bool:
    """Whether undoing it may still be asked for."""
    return run.undo_asked_at is None and not _obstacle(run, at)


def _obstacle(run: ImportRun, at: datetime) -> str:
    if run.status == ImportRun.Status.UNDONE:
        return "This import has been undone already."
    if run.status != ImportRun.Status.DONE or run.undo_until is None:
        return "Only an import whose rows are in can be undone."
    if at > run.undo_until:
        return f"An import can be undone for {KEPT_FOR.days} days; this one is older."
    if not run.changes.exists():
        return "This import changed nothing that could be undone."
    return ""


@transaction.atomic
def ask_undo(*, run: ImportRun, by: User, at: datetime) -> ImportRun:
    """Want an import taken back: a worker takes it from here. Raises NotAllowed, CannotBeUndone."""
    require(by, "imports.import_files")
    found = ImportRun.objects.select_for_update().get(pk=run.pk)
    if obstacle := _obstacle(found, at):
        raise CannotBeUndone(obstacle)
    if found.undo_asked_at is None:
        found.undo_asked_at, found.undo_asked_by = at, by
        found.save(update_fields=["undo_asked_at", "undo_asked_by"])
    return found


@transaction.atomic
def undo(*, run: ImportRun, at: datetime) -> ImportRun:
    """Take an import back now, in one transaction: every row as it was, but for those that somebody has built on.

    Those stay as they are, and in the journal with the reason. Raises CannotBeUndone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ONE_AT_A_TIME])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [APPLYING, run.pk])
    found = ImportRun.objects.select_for_update().get(pk=run.pk)
    if obstacle := _obstacle(found, at):
        raise CannotBeUndone(obstacle)
    changes = found.changes.count()
    take_back(found.pk, intake_of(found.kind).model)
    found.not_undone = found.changes.count()
    found.undone = changes - found.not_undone
    found.status, found.undone_at = ImportRun.Status.UNDONE, at
    found.figures_at = None if found.undone else at
    found.save(update_fields=["status", "undone_at", "undone", "not_undone", "figures_at"])
    return found


def undo_asked(*, at: Callable[[], datetime]) -> list[ImportRun]:
    """Take back every import for which somebody asked, the newest first, and forget journals that are too old."""
    undone = []
    for run in ImportRun.objects.to_undo().order_by("-pk"):
        try:
            undone.append(undo(run=run, at=at()))
        except CannotBeUndone:
            # It has grown too old while it waited, or somebody else was at it.
            ImportRun.objects.filter(pk=run.pk).update(undo_asked_at=None)
    journal.purge(at=at())
    return undone
