"""What a draft would do, before anything of it comes in: done, looked at, and taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.imports import staging
from abmhub.imports.actions.applying import (
    ATTEMPTS,
    MOST_ENDS,
    BeingApplied,
    Figures,
    lock_on,
    reading_of,
    stage_with_progress,
    take_rows_in,
)
from abmhub.imports.actions.drafting import shape_of, with_date_order
from abmhub.imports.expectation import expected_rows
from abmhub.imports.kinds import intake_of
from abmhub.imports.kinds.base import Overtaken
from abmhub.imports.mapping import ColumnMapping, NotMapped
from abmhub.imports.models import ImportRun
from abmhub.imports.progress import Progress, Silence
from abmhub.imports.reading import NotReadable, Table

log = structlog.get_logger(__name__)
COLUMNS = ("run_id", "row_number", "verdict", "label", "reason", "doubts", "changes")


def preview(*, run: ImportRun, at: datetime) -> Figures:
    """How many rows would be created, updated and so on; nothing is kept. Raises NotReadable, NotMapped."""
    with transaction.atomic():
        _decide_dates(run)
        intake, reading = intake_of(run.kind), reading_of(run, at)
        with Table(run.open_file, shape_of(run)) as table:
            staging.stage(intake, table, reading)
        figures = take_rows_in(intake, reading, Silence())
        transaction.set_rollback(True)
    return figures


def ask_check(*, run: ImportRun, at: datetime) -> bool:
    """Want to see what each row of a draft would do: a worker takes it from here. Returns whether it was a draft."""
    drafts = ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.DRAFT)
    return bool(drafts.update(check_asked_at=at, checked_at=None, expected={}, refusal="", attempts=0))


def check(*, run: ImportRun, at: datetime) -> ImportRun:
    """Do what the file would do, keep what became of its rows for a person to look at, and take it all back.

    A file that turns out unreadable stays a draft that says so. Raises BeingApplied.
    """
    with lock_on(run):
        draft = ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.DRAFT).first()
        if draft is None:
            raise BeingApplied("This file has been confirmed already.")
        if draft.attempts >= MOST_ENDS:
            return _give_up(draft, Refused(f"Checking the file broke off {MOST_ENDS} times: the log says why."))
        asked = draft.mapping
        try:
            _decide_dates(draft)
            stage_with_progress(draft, at)
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _keep(draft, asked, at, *_look(draft, at))
                except Overtaken:
                    log.warning("import_check_overtaken", run=draft.pk, attempt=attempt)
            raise BeingApplied("Other writers change the same rows: try again when they have finished.")
        except (NotReadable, NotMapped) as refusal:
            return _give_up(draft, refusal)
        finally:
            staging.clear()


def _decide_dates(run: ImportRun) -> None:
    """Read dates as they will be read when it comes in, and leave the draft as it is. Raises NotMapped."""
    run.mapping = with_date_order(run, ColumnMapping.from_json(run.mapping)).to_json()


def _look(run: ImportRun, at: datetime) -> tuple[Figures, list[tuple[Any, ...]]]:
    with transaction.atomic():
        intake = intake_of(run.kind)
        with Progress(run) as progress:
            figures = take_rows_in(intake, reading_of(run, at), progress)
            progress.tell("Comparing")
            found = list(expected_rows(intake))
        transaction.set_rollback(True)
    return figures, found


@transaction.atomic
def _keep(
    run: ImportRun, asked: dict[str, Any], at: datetime, figures: Figures, found: list[tuple[Any, ...]]
) -> ImportRun:
    """Keep the result, unless somebody has confirmed or changed the draft meanwhile: then it is about nothing."""
    now = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
    if now is None or now.status != ImportRun.Status.DRAFT or now.mapping != asked:
        raise BeingApplied("The file was changed or confirmed while it was checked.")
    now.expected_rows.all().delete()
    staging.copy("imports_expectedrow", COLUMNS, ((run.pk, *row) for row in found))
    now.checked_at, now.expected, now.refusal, now.attempts, now.phase = at, vars(figures), "", 0, ""
    now.save(update_fields=["checked_at", "expected", "refusal", "attempts", "phase"])
    return now


def _give_up(run: ImportRun, refusal: Refused) -> ImportRun:
    run.check_asked_at, run.refusal, run.attempts, run.phase = None, refusal.message, 0, ""
    run.save(update_fields=["check_asked_at", "refusal", "attempts", "phase"])
    return run


def check_asked(*, at: Callable[[], datetime]) -> list[ImportRun]:
    """Check every draft for which somebody asked and nobody else is at, oldest first."""
    checked = []
    for run in ImportRun.objects.to_check():
        try:
            checked.append(check(run=run, at=at()))
        except BeingApplied:
            continue
    return checked
