"""manage.py backfill: make the snapshots of past days that no night has made."""

import json
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from abmhub.core.refusals import Refusal
from abmhub.distribution.back_fill import BackFilled, back_fill
from abmhub.distribution.management.options import add_days, add_sharing, show_shards


class Command(BaseCommand):
    help = (
        "Make the snapshots that past days have not, by what was known on them and the tier policy in force then. "
        "What was reported stays, and so do tiers and history."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_days(parser)
        add_sharing(parser)

    def handle(self, *, since: date, until: date | None, workers: str | None, **options: Any) -> None:
        at, began = timezone.now(), time.monotonic()
        try:
            made = back_fill(
                since,
                until or since,
                at=at,
                workers=settings.ABMHUB_DASK_SCHEDULER if workers is None else workers,
                shards=options["shards"],
                told=show_shards(self.stderr),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps({**_answer(made), "seconds": round(time.monotonic() - began, 3)}))
            return
        for reason in sorted(set(made.missing.left_out.values())):
            days = [day for day, why in made.missing.left_out.items() if why == reason]
            self.stderr.write(f"{len(days)} days left out, {min(days)} to {max(days)}: {reason}. Ask what_if of them.")
        self.stdout.write(f"Snapshots of {len(made.missing.policies)} days are made.")


def _answer(made: BackFilled) -> dict[str, Any]:
    return {
        "days": [
            {
                "day": str(day),
                "policy": version,
                "tiers": {str(level or "none"): n for level, n in made.past.of(day).tiers.items()},
            }
            for day, version in made.missing.policies
        ],
        "funnels": [str(day) for day in made.missing.funnels],
        "left_out": {str(day): reason for day, reason in made.missing.left_out.items()},
        "shards": made.shards,
    }
