"""A file that came in the evening before the last night: what changed in the CRM, and a row that nobody can read."""

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO, StringIO

from abmhub.core.days import first_moment
from abmhub.demo.companies import Company
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.facts import CRM
from abmhub.demo.people import Staff
from abmhub.imports import actions
from abmhub.imports.models import Kind
from abmhub.users.models import Role

ROWS = 18
FILE_NAME = "crm-changes-of-the-week.csv"
HEADER = ("Company", "Website", "Country", "Employees", "Year founded")
NAMELESS = ("", "no-name-yet.example", "DE", "250", "")
"""A row that cannot come in: the CRM has no name for it."""


def take_in(throw: Dice, calendar: Calendar, staff: Staff, everyone: Sequence[Company]) -> None:
    """Import the file as everybody does; the night that follows knows of it."""
    at = first_moment(calendar.as_of) - timedelta(hours=7)
    known = [one for one in everyone if one.domain and not one.is_promising]
    rows = StringIO()
    csv.writer(rows).writerows([HEADER, *_rows(throw, throw.sample(known, min(ROWS, len(known)))), NAMELESS])
    run = actions.upload(
        kind=Kind.ACCOUNTS,
        source=CRM,
        file_name=FILE_NAME,
        file=BytesIO(rows.getvalue().encode()),
        by=staff.by_role[Role.ADMIN],
        at=at,
    )
    actions.apply(run=actions.confirm(run=run, at=at), at=at + timedelta(minutes=1))
    actions.note_figures(at=at + timedelta(minutes=1))


def _rows(throw: Dice, companies: Sequence[Company]) -> Iterator[tuple[object, ...]]:
    """What the CRM knows of each now: most say how many people they are, all since when."""
    for one in companies:
        employees = max(3, round((one.employees or 60) * throw.uniform(0.9, 1.3)))
        founded = one.founded or throw.randint(1960, 2018)
        yield one.name, one.domain, one.country.code, employees if throw.chance(0.8) else "", founded
