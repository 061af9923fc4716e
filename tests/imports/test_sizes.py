"""What the planner believes of tables while a file fills them."""

import pytest
from django.db import connection

from tests.imports.conftest import TakeIn

pytestmark = pytest.mark.django_db

FILE = "account,website\nDelta,delta.example\nZeta,zeta.example\n"


def believe(rows: int) -> None:
    """Let the statistics say that accounts fill a thousand pages with so many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_restore_relation_stats("
            "'schemaname', 'public', 'relname', 'accounts_account', 'relpages', 1000, 'reltuples', %s::real)",
            [rows],
        )


def believed() -> float:
    """How many accounts the statistics tell of; -1 when they tell nothing, so that the size of the table does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'accounts_account'::regclass")
        return float(cursor.fetchone()[0])


def is_vacuum_kept_out() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = 'accounts_account'::regclass AND mode = 'ShareUpdateExclusiveLock')"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("rows", [0, 20_000], ids=["counted as empty", "emptied since"])
def test_it_plans_for_the_rows_to_come_where_there_are_none(take_in: TakeIn, rows: int) -> None:
    believe(rows)
    take_in("accounts", FILE)
    assert believed() == -1
    assert is_vacuum_kept_out()


@pytest.mark.usefixtures("account")
def test_it_plans_for_the_rows_that_are_there_where_they_are_called_none(take_in: TakeIn) -> None:
    believe(0)
    take_in("accounts", FILE)
    assert believed() == -1


@pytest.mark.usefixtures("account")
def test_it_leaves_alone_what_was_counted(take_in: TakeIn) -> None:
    believe(5)
    take_in("accounts", FILE)
    assert believed() == 5
