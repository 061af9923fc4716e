"""Databases to try something in, and a digest of everything that is in one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from abmhub.embedded import services
from abmhub.embedded.home import Home

LEDGER = ("core_run", "core_runstep")
"""Tells of attempts, which differ; that a day is published is asked for by itself."""

COLUMNS = """
    SELECT pg_class.relname, array_agg(quote_ident(attname) ORDER BY attnum)
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace AND attnum > 0
        AND NOT attisdropped
        -- Numbers that an attempt used up, in an address too, and when and how long it ran, tell equal nights apart.
        AND NOT (attname = 'id' AND attidentity <> '')
        AND NOT (relname = 'funnel_edition' AND attname = 'token')
        AND NOT (relname = 'users_notification' AND attname IN ('created_at', 'path', 'text'))
    GROUP BY pg_class.relname
    ORDER BY pg_class.relname
"""

CLIENTS_AWAY = """
    SELECT pg_terminate_backend(pid, 5000)
    FROM pg_stat_activity
    WHERE datname = '{}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def columns(database: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """The columns of every table but the ledger's that must be the same after two equal nights."""
    return {table: names for table, names in database.execute(COLUMNS).fetchall() if table not in LEDGER}


def counting(table: str, names: list[str]) -> str:
    """The expression for the rows of a table as the same digest, in whatever order they are."""
    row = f"ROW({', '.join(names)})::text"
    # The names are the catalogue's.
    return f"(SELECT count(*) || ' ' || coalesce(sum(hashtextextended({row}, 0)::numeric), 0) FROM {table})"  # noqa: S608


def figures(database: psycopg.Connection[Any], tables: dict[str, list[str]]) -> dict[str, str]:
    """All rows of the tables as of one moment, each table as how many it has and their digest."""
    said = ", ".join(counting(table, names) for table, names in tables.items())
    [row] = database.execute(f"SELECT {said}").fetchall()
    return dict(zip(tables, row, strict=True))


@contextmanager
def empty_database() -> Iterator[str]:
    """A migrated database without rows, which Django uses meanwhile; it is gone afterwards. The servers are started."""
    with services.used(Home.from_environment()):
        import django

        django.setup()
        from django.db import connection

        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        name = str(connection.settings_dict["NAME"])
        try:
            yield name
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def connected(name: str | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A connection without Django, which a fork neither uses nor closes."""
    from django.db import connection

    params: dict[str, Any] = connection.get_connection_params()
    given: dict[str, Any] = {key: value for key, value in params.items() if isinstance(value, str | int)}
    with psycopg.connect(**{**given, "dbname": name or given["dbname"]}, autocommit=True) as database:
        yield database


def use(name: str) -> None:
    """The database that Django uses from now on."""
    from django.db import connection, connections

    connections.close_all()
    connection.settings_dict["NAME"] = name


@contextmanager
def made(name: str, *, like: str) -> Iterator[str]:
    """A database that is a copy of another one, to which nobody is connected; it is gone afterwards."""
    from django.db import connections

    def administer(*statements: str) -> None:
        connections.close_all()
        with connected("postgres") as server:
            for statement in statements:
                server.execute(statement)

    administer(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield name
    finally:
        # DROP ... WITH (FORCE) fails when autovacuum is at work there, which only a superuser may end;
        # without FORCE the server sends autovacuum away itself.
        administer(CLIENTS_AWAY.format(name), f'DROP DATABASE "{name}"')
