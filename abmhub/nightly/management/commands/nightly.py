"""manage.py nightly: run the night of a business day now, whether or not it has run."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from abmhub.accounts.models import TierChange
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.nightly import after, steps
from abmhub.scoring.models import TierSnapshot


class Command(BaseCommand):
    help = "Recompute scores, tiers and funnels for a business day, and publish them together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DATE",
            help="The business day, such as 2026-03-04; today if left out. A day before the last night is "
            "back-filled: missing snapshots are made, tiers stay as they are.",
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="Compute every account, not only those that anything happened to. The result is the same.",
        )
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *, as_of: date | None = None, full: bool = False, **options: Any) -> None:
        at = timezone.now()
        day = as_of or business_day(at)
        try:
            run = steps.run(day, at=at, full=full)
        except steps.NotYet as refusal:
            raise CommandError(refusal.message) from None
        except steps.AlreadyRunning as refusal:
            # Somebody else does the work, which is what was wanted.
            self._end({"business_day": str(day), "status": "already running"}, refusal.message, options)
            return
        followed = self._follow()
        answer = _answer(run) if run else {}
        answer["after"] = _steps(followed) if followed else []
        for step in [*answer["steps"], *answer["after"]]:
            # Another attempt may have begun meanwhile, whose step is still at work.
            rows = "at work" if step["rows"] is None else f"{step['rows']:,} rows"
            self.stderr.write(f"{step['name']:<20} {rows:>15} {step['seconds']:>8.2f} s")
        self._end(answer, f"The night of {day} is published: {answer['moves']} accounts changed tier.", options)

    def _follow(self) -> Run | None:
        try:
            return after.follow(at=timezone.now())
        except Exception as error:  # noqa: BLE001 - the night is published; who asked for it must not do it again
            self.stderr.write(f"What follows the night failed and is tried again by the job: {error}")
            return None

    def _end(self, answer: dict[str, Any], sentence: str, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer) if options["json"] else sentence)


def _answer(run: Run) -> dict[str, Any]:
    day = run.business_day
    tiers = TierSnapshot.objects.filter(snapshot_on=day).order_by("tier").select_related("tier")
    return {
        "business_day": str(day),
        "status": run.status,
        "attempts": run.attempts,
        "seconds": round(_seconds(run.started_at, run.finished_at), 3),
        "steps": _steps(run),
        "tiers": {snapshot.tier.name if snapshot.tier else "none": snapshot.accounts for snapshot in tiers},
        "moves": TierChange.objects.filter(changed_on=day).count(),
        "errors": run.error.splitlines(),
    }


def _steps(run: Run) -> list[dict[str, Any]]:
    return [
        {"name": step.name, "rows": step.rows, "seconds": round(step.seconds or 0, 3)}
        for step in run.steps.order_by("position")
    ]


def _seconds(start: datetime, end: datetime | None) -> float:
    return (end - start).total_seconds() if end else 0.0
