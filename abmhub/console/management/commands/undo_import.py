"""Take an import back, without a page and without a worker."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from abmhub.console.figures import compute_figures
from abmhub.core.refusals import Refusal
from abmhub.imports import actions
from abmhub.imports.models import ImportRun

REFUSED = 2


class Command(BaseCommand):
    help = (
        "Takes an import back: every row as it was, except those that somebody has built on since, which are listed. "
        "Exit code 0: undone; 2: it cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="the number of the import, as import_file says it")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no import {options['run']}.", returncode=REFUSED)
        try:
            run = actions.undo(run=run, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=REFUSED) from refusal
        if not compute_figures():
            self.stderr.write("Another night is at work: the worker computes the figures once more when it is done.")
        for change in run.changes.order_by("pk").iterator():
            self.stderr.write(f"{change.table} {change.key}: {change.refusal}")
        answer = {"run": run.pk, "undone": run.undone, "not_undone": run.not_undone}
        said = "{undone:,} changes taken back, {not_undone:,} stay.".format(**answer)
        self.stdout.write(json.dumps(answer) if options["json"] else said)
