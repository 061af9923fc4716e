"""Bring an installation to where people can use it."""

import json
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from abmhub.embedded.home import Home
from abmhub.users import first_admin
from abmhub.users.models import User


class Command(BaseCommand):
    help = "Migrates the database, fills an empty one, and says how to sign in. Run by make run and on every upgrade."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", choices=["yes", "no"], default="no", help="fill an empty database")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, stdout=self.stderr)
        if options["demo"] == "yes" and not User.objects.exists():
            self.stderr.write("  making the demo company ...")
            # It tells its progress on standard error. Whom it made to sign in as is told below.
            call_command("demo", no_color=options["no_color"], stdout=StringIO())
        path = reverse("first-admin", args=[first_admin.issue_token()]) if first_admin.is_missing() else None
        sign_ins = self.sign_ins(settings.HOME)
        if options["json"]:
            self.stdout.write(json.dumps({"first_admin_path": path, "sign_ins": sign_ins}))
            return
        if path:
            self.stdout.write(f"Create the administrator at {path} (the link works once).")
        for sign_in in sign_ins:
            self.stdout.write("\t".join(sign_in))

    def sign_ins(self, home: Home) -> list[list[str]]:
        """Role, email and password of the demo company's people; empty when there is none."""
        file = home.path / "demo-sign-ins.txt"
        return [line.split("\t") for line in file.read_text().splitlines()] if file.exists() else []
