"""Take a file in, without a page and without a worker."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone

from abmhub.console.figures import compute_figures
from abmhub.core.refusals import Refusal, Refused
from abmhub.imports import actions
from abmhub.imports.cells import DateOrder
from abmhub.imports.kinds import INTAKES
from abmhub.imports.mapping import ColumnMapping, NotMapped, Unit
from abmhub.imports.models import ImportRemark, ImportRun
from abmhub.imports.reading import DELIMITERS, ENCODINGS, Shape

SOME_REJECTED = 1
REFUSED = 2
MOST_REASONS = 5


def mapping_in(file: Path) -> ColumnMapping:
    """The mapping in a JSON file: as a run keeps it, or simply the column of each field. Raises NotMapped, OSError."""
    try:
        stored = json.loads(file.read_text("utf-8-sig"))
        mapping = ColumnMapping.from_json(stored if "columns" in stored else {"columns": stored})
    except (ValueError, TypeError):
        mapping = ColumnMapping()
    if not mapping.columns or not all(isinstance(column, str) for column in mapping.columns.values()):
        raise NotMapped(
            f"{file.name} is no mapping: write the column of each field, "
            'for example {"columns": {"name": "Company"}, "revenue_unit": "millions", "date_order": "day_first"}.'
        )
    return mapping


class Command(BaseCommand):
    help = (
        f"Takes a CSV file or workbook in, packed or not. Kinds, best in this order: {', '.join(INTAKES)}. "
        "Exit code 0: every row is in; 1: some rows were rejected; 2: the file was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=f"what the rows are: {', '.join(INTAKES)}")
        parser.add_argument("file", type=Path, help="CSV or .xlsx, perhaps packed with gzip")
        parser.add_argument("--source", default="CSV", help="the system it comes from; keys are unique within one")
        parser.add_argument("--sheet", default="", help="of a workbook; the first with rows unless said")
        parser.add_argument(
            "--mapping",
            default="",
            metavar="NAME|FILE.json",
            help="a saved mapping, for example Salesforce or Plain CSV, or a file with the column of each field",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="a column that is not guessed; may be repeated",
        )
        parser.add_argument("--revenue-unit", choices=list(Unit), help="in what annual revenue is written")
        parser.add_argument("--date-order", choices=list(DateOrder), help="how 10/11/2016 is meant")
        parser.add_argument("--encoding", choices=ENCODINGS, help="when the guess is wrong")
        parser.add_argument("--delimiter", choices=list(DELIMITERS.values()), help="when the guess is wrong")
        parser.add_argument("--dry-run", action="store_true", help="count what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.take_in(**options)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=REFUSED) from refusal
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.", returncode=REFUSED) from error
        self.stdout.write(json.dumps(answer) if options["json"] else self.in_words(answer))
        if answer["rejected"]:
            sys.exit(SOME_REJECTED)

    def take_in(self, *, kind: str, file: Path, source: str, dry_run: bool, **options: Any) -> dict[str, int | None]:
        """Raises Refused, OSError."""
        with file.open("rb") as opened:
            run = actions.upload(kind=kind, source=source, file_name=file.name, file=opened, by=None, at=timezone.now())
        try:
            self.decide_the_reading(run, **options)
            if dry_run:
                return asdict(actions.preview(run=run, at=timezone.now())) | {"run": None}
            actions.confirm(run=run, at=timezone.now())
        finally:
            if run.status == ImportRun.Status.DRAFT and (dry_run or sys.exc_info()[0]):
                actions.discard(run=run)
        run = actions.apply(run=run, at=timezone.now())
        if run.status == ImportRun.Status.REFUSED:
            raise Refused(run.refusal)
        self.say_why(run)
        if not compute_figures():
            self.stderr.write("Another night is at work: the worker computes the figures once more when it is done.")
        return {name: getattr(run, name) for name in actions.Figures.__dataclass_fields__} | {"run": run.pk}

    def decide_the_reading(self, run: ImportRun, **options: Any) -> None:
        """What was guessed, where no option says otherwise. Raises Refused, OSError."""
        delimiters = {name: delimiter for delimiter, name in DELIMITERS.items()}
        if options["sheet"]:
            run = actions.reread(run=run, sheet=options["sheet"])
        if options["encoding"] or options["delimiter"]:
            delimiter = delimiters.get(options["delimiter"], run.delimiter)
            run = actions.reread(run=run, shape=Shape(options["encoding"] or run.encoding, delimiter))
        if options["mapping"] and not options["mapping"].endswith(".json"):
            run = actions.read_as(run=run, name=options["mapping"])
        mapping = ColumnMapping.from_json(run.mapping)
        if options["mapping"].endswith(".json"):
            mapping = mapping_in(Path(options["mapping"]))
        named = dict(pair.partition("=")[::2] for pair in options["map"])
        mapping = mapping.with_columns(named)
        if options["revenue_unit"]:
            mapping = replace(mapping, revenue_unit=Unit(options["revenue_unit"]))
        if options["date_order"]:
            mapping = replace(mapping, date_order=DateOrder(options["date_order"]))
        run = actions.map_columns(run=run, mapping=mapping)
        self.say(mapping, run, is_unit_told=bool(options["revenue_unit"]))
        if mapping.date_order is None and actions.look_into(run).asks_date_order:
            raise Refused("Say with --date-order whether day_first or month_first is meant in dates like 10/11/2016.")

    def say(self, mapping: ColumnMapping, run: ImportRun, *, is_unit_told: bool) -> None:
        """How the file is read, beside the answer."""
        unused = [column for column in run.columns if column not in mapping.columns.values()]
        read = ", ".join(f"{column} as {field}" for field, column in mapping.columns.items())
        self.stderr.write(f"Reading {read}{'; not reading ' + ', '.join(unused) if unused else ''}.")
        if mapping.origin:
            self.stderr.write(f"Read {mapping.origin}.")
        if notice := actions.look_into(run).notice:
            self.stderr.write(notice)
        if run.sheet:
            self.stderr.write(f"Of the workbook the sheet “{run.sheet}” is read.")
        if "annual_revenue" in mapping.columns and not is_unit_told:
            because = actions.look_into(run).guess.revenue_unit_because
            self.stderr.write(f"Annual revenue is read in {mapping.revenue_unit}{': ' + because if because else ''}.")

    def say_why(self, run: ImportRun) -> None:
        """Why rows stayed outside, the most frequent reasons first."""
        reasons = run.remarks.filter(outcome=ImportRemark.Outcome.REJECTED).values_list("reason")
        for reason, rows in reasons.annotate(rows=Count("pk")).order_by("-rows", "reason")[:MOST_REASONS]:
            self.stderr.write(f"{rows:,} rejected: {reason}")

    def in_words(self, answer: dict[str, int | None]) -> str:
        return (
            "{rows:,} rows: {accepted:,} accepted ({created:,} created, {updated:,} updated, {unchanged:,} unchanged), "
            "{rejected:,} rejected, {skipped:,} skipped; {doubtful:,} with something to settle."
        ).format(**answer)
