"""manage.py report: the monthly report as a PDF."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.metrics.report import report_of
from abmhub.metrics.spans import month_before


def a_month(text: str) -> date:
    """2026-10 as its first day."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no month: write it as 2026-10.") from None


class Command(BaseCommand):
    help = "Write the report of a month as a PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", nargs="?", type=a_month, help="2026-10; the month before this one if left out.")
        parser.add_argument("--to", type=Path, metavar="FILE", help="Where to; report-MONTH.pdf here if left out.")
        parser.add_argument("--without-spend", action="store_true", help="As sales reps get it.")

    def handle(
        self, *, month: date | None = None, to: Path | None = None, without_spend: bool = False, **options: Any
    ) -> None:
        from abmhub.metrics.paper import printed  # the library is slow to load

        at = timezone.now()
        try:
            report = report_of(month or month_before(business_day(at))[0], sees_spend=not without_spend)
            file = to or Path(f"report-{report.month:%Y-%m}.pdf")
            file.write_bytes(printed(report, at=at))
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as problem:
            raise CommandError(f"{to} cannot be written: {problem.strerror}.") from problem
        self.stdout.write(str(file))
