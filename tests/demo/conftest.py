"""Larkfield Systems in small, founded once for all tests of a module and undone after them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from abmhub.core.days import first_moment
from abmhub.demo.scale import Scale
from abmhub.embedded.home import Home
from abmhub.users.models import User

TODAY = date(2026, 3, 4)
"""A Wednesday."""

TINY = Scale(accounts=150, contacts=500, reps_per_team=2, marketers=2, leads=60, deals_per_fit_account=0.3, orders=25)
"""For tests that found a company more than once."""


@dataclass(frozen=True)
class Founded:
    """What the command left behind."""

    home: Path
    answer: dict[str, Any]

    @property
    def file(self) -> Path:
        return self.home / "demo-sign-ins.txt"

    def person(self, role: str) -> User:
        """Who signs in with that role."""
        [email] = [email for its_role, email, _ in self.answer["sign_ins"] if its_role == role]
        return User.objects.get(email=email)


@pytest.fixture(scope="module")
def larkfield(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Founded]:
    """The command, run at small scale on TODAY. `make test` gives a module to one process: one founding."""
    home = tmp_path_factory.mktemp("larkfield")
    before, settings.HOME = settings.HOME, Home(home)
    said = StringIO()
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            call_command("demo", scale="small", as_of=TODAY, json=True, stdout=said, stderr=StringIO())
            connection.check_constraints()  # once here, or the end of every test would do it anew
            yield Founded(home, json.loads(said.getvalue().splitlines()[-1]))
            transaction.set_rollback(True)
    finally:
        settings.HOME = before


@pytest.fixture
def this_morning() -> datetime:
    """The first moment of TODAY: nothing has happened later."""
    return first_moment(TODAY)
