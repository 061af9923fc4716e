"""manage.py verify: whether money, stock, tiers and snapshots tell the same story."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from abmhub.nightly import verify


class Command(BaseCommand):
    help = "Check that the books balance. Ends with status 1 when they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, **options: Any) -> None:
        errors = verify.errors()
        count = sum(map(len, errors.values()))
        for name, found in errors.items():
            self.stderr.write(f"{name:<10} {'balanced' if not found else ''}")
            for error in found:
                self.stderr.write(f"  {error}")
        if options["json"]:
            self.stdout.write(json.dumps({"errors": count, "books": errors}))
        if count:
            raise CommandError(f"The books do not balance: {verify.counted(count)}.")
        if not options["json"]:
            self.stdout.write("The books balance.")
