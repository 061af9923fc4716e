"""manage.py figures: what the pages beside the metrics show, as lines or as the API has it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from abmhub.core.days import business_day
from abmhub.metrics import answers
from abmhub.metrics.aims import aims
from abmhub.metrics.attribution import Model
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.spans import Window

PAGES = ("returns", "stages", "targets", "content", "tactics")


class Command(BaseCommand):
    help = "Print returns, days in stage, targets, content engagement or the scorecard of tactics."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", choices=PAGES)
        parser.add_argument("--kind", choices=ReturnKind.values, default=ReturnKind.TACTIC, help="Returns of which.")
        parser.add_argument(
            "--model", choices=Model.values, default=Model.EVEN, help="How returns share won money among touches."
        )
        parser.add_argument("--window", choices=Window.values, default=Window.YEAR, help="Content of how long.")
        parser.add_argument("--json", action="store_true", help="End with one line of JSON, as the API answers.")

    def handle(self, *, page: str, kind: str, model: str, window: str, **options: Any) -> None:
        found: Any
        if page == "returns":
            found = answers.returns(kind=ReturnKind(kind), model=Model(model))
        elif page == "stages":
            found = answers.stages()
        elif page == "content":
            found = answers.content(window=Window(window))
        elif page == "targets":
            found = [answers.target(each) for each in aims(sees_spend=True)]
        else:
            found = answers.tactics(on=business_day(timezone.now()), sees_spend=True)
        self.stdout.write(json.dumps(found) if options["json"] else _lines(found))


def _lines(found: Any) -> str:
    """Its tables, one under the other, with a line between them."""
    tables = [found] if isinstance(found, list) else [each for each in found.values() if isinstance(each, list)]
    return "\n\n".join(_table(rows) for rows in tables)


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "nothing yet"
    columns = [name for name, value in rows[0].items() if not isinstance(value, list)]
    lines = [[name.replace("_", " ") for name in columns]]
    lines += [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
