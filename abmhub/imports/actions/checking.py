"""What a draft would do, before anything of it comes in."""

from datetime import datetime

from django.db import transaction

from abmhub.imports import staging
from abmhub.imports.actions.applying import Figures, reading_of, take_rows_in
from abmhub.imports.actions.drafting import shape_of
from abmhub.imports.kinds import intake_of
from abmhub.imports.models import ImportRun
from abmhub.imports.reading import Table


def preview(*, run: ImportRun, at: datetime) -> Figures:
    """What applying the file now would do: it is done, counted, and taken back. Raises NotReadable, NotMapped."""
    with transaction.atomic():
        intake, reading = intake_of(run.kind), reading_of(run, at)
        with Table(run.open_file, shape_of(run)) as table:
            staging.stage(intake, table, reading)
        figures = take_rows_in(intake, reading)
        transaction.set_rollback(True)
    return figures
