"""An import that somebody wants taken back."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from abmhub.accounts.models import FreshnessClock
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.imports import journal
from abmhub.imports.actions.applying import APPLYING, ONE_AT_A_TIME, lock_until_the_end
from abmhub.imports.kinds import intake_of
from abmhub.imports.models import KEPT_FOR, ImportRun, Kind
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
    lock_until_the_end(ONE_AT_A_TIME)
    lock_until_the_end(APPLYING, run.pk)
    found = ImportRun.objects.select_for_update().get(pk=run.pk)
    if obstacle := _obstacle(found, at):
        raise CannotBeUndone(obstacle)
    changes = found.changes.count()
    take_back(found.pk, intake_of(found.kind).model)
    if found.kind == Kind.ACCOUNTS and found.finished_at is not None:
        _set_back_clock(found, came_on=business_day(found.finished_at))
    found.not_undone = found.changes.count()
    found.undone = changes - found.not_undone
    found.status, found.undone_at = ImportRun.Status.UNDONE, at
    found.figures_at = None if found.undone else at
    found.save(update_fields=["status", "undone_at", "undone", "not_undone", "figures_at"])
    return found


def _set_back_clock(run: ImportRun, *, came_on: date) -> None:
    """The clock of the source again shows the day of the last file that is still in, unless a later one wound it."""
    others = ImportRun.objects.filter(kind=run.kind, source=run.source, status=ImportRun.Status.DONE).exclude(pk=run.pk)
    last = others.aggregate(last=Max("finished_at"))["last"]
    clock = FreshnessClock.objects.filter(source=run.source, last_file_on=came_on)
    clock.update(last_file_on=business_day(last) if last else None)


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
