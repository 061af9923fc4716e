"""Run the statements that live in a room's `sql/` folder, one statement per file, by name."""

from functools import cache
from importlib.resources import files
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable


@cache
def statement(name: str) -> str:
    """The text of a statement, `room/statement` naming `abmhub/<room>/sql/<statement>.sql`.

    Raises FileNotFoundError when there is no such file.
    """
    room, _, file = name.partition("/")
    return (files(f"abmhub.{room}") / "sql" / f"{file}.sql").read_text(encoding="utf-8")


def run(name: str, /, _parts: dict[str, Composable] | None = None, **parameters: Any) -> int:
    """Run a statement and return how many rows it wrote.

    Values go in as `%(name)s`. `_parts` fills `{name}` with composed SQL, for conditions that are
    compiled from rows; a file that uses it writes a literal brace twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_composed(name, _parts, cursor), parameters)
        written: int = cursor.rowcount
        return max(written, 0)


def rows(name: str, /, _parts: dict[str, Composable] | None = None, **parameters: Any) -> list[dict[str, Any]]:
    """Run a statement and return its rows as dictionaries keyed by column name."""
    with connection.cursor() as cursor:
        cursor.execute(_composed(name, _parts, cursor), parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _composed(name: str, parts: dict[str, Composable] | None, cursor: Any) -> str:
    text = statement(name)
    if parts is None:
        return text
    return SQL(text).format(**parts).as_string(cursor.cursor)
