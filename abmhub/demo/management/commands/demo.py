"""Fill an empty installation with a company that never was, to look around in."""

import json
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from abmhub.core.days import business_day
from abmhub.core.refusals import Refusal
from abmhub.demo.founding import found
from abmhub.demo.people import COMPANY, keep
from abmhub.demo.scale import SCALES

SIGN_INS_FILE = "demo-sign-ins.txt"


class Command(BaseCommand):
    help = f"Makes up {COMPANY}, a demo company: accounts, committees, signals, deals, orders and people to sign in as."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same company")
        parser.add_argument("--scale", choices=SCALES, default="standard", help="1,000, 20,000 or 200,000 accounts")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="its today, as YYYY-MM-DD; the business day if not given"
        )
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        began, at, scale = time.monotonic(), timezone.now(), SCALES[options["scale"]]
        as_of = options["as_of"] or business_day(at)
        file = settings.HOME.folder(".") / SIGN_INS_FILE
        try:
            with transaction.atomic():
                sign_ins = found(seed=options["seed"], scale=scale, as_of=as_of, at=at, say=self._say)
                # Before the commit: a company whose passwords nobody knows would be of no use.
                keep(sign_ins, file)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        if options["json"]:
            answer = {
                "accounts": scale.accounts,
                "contacts": scale.contacts,
                "as_of": as_of.isoformat(),
                "seconds": round(time.monotonic() - began, 1),
                "sign_ins_file": str(file),
                "sign_ins": [[one.role, one.email, one.password] for one in sign_ins],
            }
            self.stdout.write(json.dumps(answer))
            return
        self.stdout.write(f"{COMPANY} is there. These people can sign in, also from {file}:")
        for one in sign_ins:
            self.stdout.write(f"{one.role}\t{one.email}\t{one.password}")

    def _say(self, words: str) -> None:
        self.stderr.write(f"  {words} ...", style_func=str)
