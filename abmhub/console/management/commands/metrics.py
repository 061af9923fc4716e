"""manage.py metrics: the figures of the double funnel, cut as you like."""

import json
from argparse import ArgumentParser
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from abmhub.campaigns.models import Motion
from abmhub.core.days import business_day
from abmhub.funnel.answer import NotReported, answer
from abmhub.funnel.answer import reported as told_then
from abmhub.funnel.cells import DIMENSIONS as SLICES
from abmhub.funnel.cells import Question
from abmhub.funnel.dimensions import DIMENSIONS
from abmhub.funnel.figures import DealFigures, DealReport, UnknownDimension, deal_figures, other_currencies, rolled_up

COLUMNS = tuple(field.name for field in fields(DealFigures))


class Command(BaseCommand):
    help = "Print won, lost and open deals, win rate, money and days, of all deals and of each key of a dimension."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--by",
            metavar="DIMENSION[,DIMENSION]",
            help=f"One or two of {', '.join(dict.fromkeys([*DIMENSIONS, *SLICES]))}.",
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATE", help="As the deals stood that day; today if left out."
        )
        parser.add_argument(
            "--from", dest="since", type=date.fromisoformat, metavar="DATE", help="Only deals closed on it or later."
        )
        parser.add_argument(
            "--to", dest="until", type=date.fromisoformat, metavar="DATE", help="Only deals closed on it or earlier."
        )
        parser.add_argument(
            "--roll-up", action="store_true", help="Put the deals of subsidiaries under their topmost parent."
        )
        parser.add_argument("--motion", choices=Motion.values, help="Only deals of this motion.")
        parser.add_argument(
            "--reported",
            action="store_true",
            help="As the night of --as-of told it, not as it is known today. Deals are cut by motion alone.",
        )
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(
        self,
        *,
        by: str | None = None,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        motion: str | None = None,
        roll_up: bool = False,
        reported: bool = False,
        **options: Any,
    ) -> None:
        if since and until and since > until:
            raise CommandError("--from is after --to: no day is between them.")
        if reported and (since or until or roll_up or not options["json"]):
            raise CommandError("--reported goes with --json, and without --from, --to and --roll-up.")
        names = [name.strip() for name in by.split(",")] if by else []
        names = rolled_up(names) if roll_up else names
        day = as_of or business_day(timezone.now())
        chosen = Motion(motion) if motion else None
        try:
            if reported:
                self.stdout.write(json.dumps(told_then(day, names, chosen)))
                return
            report = deal_figures(as_of=day, by=names, since=since, until=until, motion=chosen)
            if report.total.cycle_left_out:
                self.stderr.write(
                    f"{report.total.cycle_left_out:,} won deals were closed before they began: not in the days."
                )
            for currency, count in other_currencies().items():
                self.stderr.write(f"{count:,} deals are in {currency}: their money is in no figure.")
            if not options["json"]:
                self.stdout.write(_table(report, " / ".join(names)))
                return
            question = Question(as_of=day, since=since, until=until, motion=chosen)
            self.stdout.write(json.dumps(answer(report, question, names)))
        except (UnknownDimension, NotReported) as refused:
            raise CommandError(str(refused)) from refused


def _table(report: DealReport, by: str) -> str:
    lines = [[by, *(column.replace("_", " ") for column in COLUMNS)]]
    lines += [[each.name or "(none)", *_cells(each.figures)] for each in report.rows]
    lines.append(["all", *_cells(report.total)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in row)
        for row in (enumerate(zip(line, widths, strict=True)) for line in lines)
    )


def _cells(figures: DealFigures) -> list[str]:
    return [_cell(getattr(figures, column)) for column in COLUMNS]


def _cell(value: int | Decimal | None) -> str:
    return "-" if value is None else f"{value:,}"
