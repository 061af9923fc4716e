"""manage.py what_if: what a tier policy, or other weights, would have made of past days."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from abmhub.core.refusals import Refusal
from abmhub.distribution.management.options import add_days, add_sharing, show_shards
from abmhub.distribution.what_if import Day, what_if


class Command(BaseCommand):
    help = (
        "Print how many accounts of today would have been in each tier on past days if a version of the tier policy "
        "had come into force on the first of them; with the moves, and the money that the menus of the day entitle to."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", type=int, metavar="VERSION", required=True, help="A draft, or any other.")
        parser.add_argument(
            "--weight",
            type=_weight,
            action="append",
            default=[],
            dest="weights",
            metavar="CODE=POINTS",
            help="Another weight of an event type, such as demo_request=80; for several, give it several times.",
        )
        add_days(parser)
        add_sharing(parser)

    def handle(
        self, *, policy: int, since: date, until: date | None, workers: str | None, weights: Any, **options: Any
    ) -> None:
        try:
            days = what_if(
                since,
                until or since,
                version=policy,
                at=timezone.now(),
                weights=dict(weights),
                workers=settings.ABMHUB_DASK_SCHEDULER if workers is None else workers,
                shards=options["shards"],
                told=show_shards(self.stderr),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps({"policy": policy, "days": [_as_json(each) for each in days]}))
            return
        names = list(days[0].tiers)
        self.stdout.write("  ".join(["day       ", *(f"{name:>10}" for name in names), "     moves", "     money"]))
        for each in days:
            counts = (each.tiers[name] for name in names)
            cells = [*counts, each.moves, round(each.entitlement_amount)]
            self.stdout.write("  ".join([str(each.day), *(f"{cell:>10,}" for cell in cells)]))


def _as_json(each: Day) -> dict[str, Any]:
    return {
        "day": str(each.day),
        "tiers": each.tiers,
        "reported": each.reported,
        "moves": each.moves,
        "held": each.held,
        "entitlement_amount": f"{each.entitlement_amount:.2f}",
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
    }


def _weight(word: str) -> tuple[str, int]:
    code, _, points = word.partition("=")
    if not code or not points.isdigit():
        raise ArgumentTypeError("an event type and its points, such as demo_request=80")
    return code, int(points)
