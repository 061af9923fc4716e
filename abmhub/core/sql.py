"""Run the statements that live in a room's `sql/` folder, one statement per file, by name."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg.sql import SQL, Composable, Identifier, Placeholder

# Rows that are held of a statement that is read bit by bit.
STREAMED_AT_ONCE = 5_000


class Values:
    """The values of a statement that is compiled from rows, each under a name of its own.

    They travel as parameters, so that nothing a person typed becomes part of the statement.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.parameters: dict[str, Any] = {}

    def hold(self, value: Any) -> Composable:
        """The place of the value in the statement."""
        name = f"{self.prefix}_{len(self.parameters)}"
        self.parameters[name] = value
        return Placeholder(name)


@cache
def statement(name: str) -> str:
    """The text of a statement, `room/statement` naming `abmhub/<room>/sql/<statement>.sql`.

    Raises FileNotFoundError when there is no such file.
    """
    room, _, file = name.partition("/")
    return (files(f"abmhub.{room}") / "sql" / f"{file}.sql").read_text(encoding="utf-8")


def run(name: str, /, _parts: Mapping[str, Composable] | None = None, **parameters: Any) -> int:
    """Run a statement and return how many rows it wrote.

    Values go in as `%(name)s`. `_parts` fills `{name}` with composed SQL, for conditions that are
    compiled from rows; a file that uses it writes a literal brace twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_composed(name, _parts, cursor), parameters)
        written: int = cursor.rowcount
        return max(written, 0)


def rows(name: str, /, _parts: Mapping[str, Composable] | None = None, **parameters: Any) -> list[dict[str, Any]]:
    """Run a statement and return its rows as dictionaries keyed by column name."""
    with connection.cursor() as cursor:
        cursor.execute(_composed(name, _parts, cursor), parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def stream(
    name: str, /, _parts: Mapping[str, Composable] | None = None, **parameters: Any
) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, one after the other, within a transaction: memory does not grow with them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_composed(name, _parts, cursor), parameters)
        while some := cursor.fetchmany(STREAMED_AT_ONCE):
            yield from some


def materialize(
    table: str,
    name: str,
    /,
    _parts: Mapping[str, Composable] | None = None,
    _asked: Sequence[str] = (),
    **parameters: Any,
) -> int:
    """Keep the rows of a statement in a temporary table until the transaction ends; returns how many there are.

    Another table of that name is replaced, so that the step may be repeated. Statistics are taken of the columns that
    are `_asked` for, else of all, which costs as much as the rest where they are many and long.
    """
    with connection.cursor() as cursor:
        # As text: pghistory, which looks at whatever is run for a person, knows no composed statements.
        named = Identifier("pg_temp", table).as_string(cursor.cursor)
        cursor.execute(f"DROP TABLE IF EXISTS {named}")
        made = f"CREATE TEMPORARY TABLE {Identifier(table).as_string(cursor.cursor)} ON COMMIT DROP AS "
        cursor.execute(made + _composed(name, _parts, cursor), parameters)
        written: int = cursor.rowcount
        # Without statistics PostgreSQL takes a fresh table for a small one, whatever is in it.
        columns = ", ".join(Identifier(each).as_string(cursor.cursor) for each in _asked)
        cursor.execute(f"ANALYZE {named}" + (f" ({columns})" if columns else ""))
        return written


def part(name: str, /, **parts: Composable) -> Composable:
    """A statement that is to become part of another, through its `_parts`; both share their parameters."""
    return SQL(statement(name)).format(**parts)


def rows_of(found: QuerySet[Any], values: Values) -> Composable:
    """The statement of a QuerySet, to become part of another; what it asks for travels in `values`."""
    text, asked = found.query.get_compiler(connection=connection).as_sql()
    first, *rest = text.split("%s")
    return SQL(first) + SQL("").join(values.hold(value) + SQL(after) for value, after in zip(asked, rest, strict=True))


def _composed(name: str, parts: Mapping[str, Composable] | None, cursor: Any) -> str:
    text = statement(name)
    if parts is None:
        return text
    return SQL(text).format(**parts).as_string(cursor.cursor)
