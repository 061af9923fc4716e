"""From the rows of a file to the staging table, in pieces, so that memory does not grow with the file."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier

from abmhub.core import sql
from abmhub.imports.kinds.base import FORGOTTEN, CellReader, Intake, Reading
from abmhub.imports.reading import MAX_CELL_CHARACTERS, Row, Table, batched

ROWS_AT_ONCE = 5_000
# Stands between the cells of a row in one text, which is far cheaper to send than an array.
SEPARATOR = "\x1f"

Progress = Callable[[int, int], None]
"""Told how many rows, and how many bytes, have been read so far."""


def stage(intake: Intake, table: Table, reading: Reading, progress: Progress = lambda rows, size: None) -> None:
    """Read every row into `staged`, also those that cannot be read, with the reason. Raises NotReadable."""
    clear()
    intake.prepare()
    reader = CellReader(intake.fields, table.columns, reading)
    done = 0
    for rows in batched(table.rows(), ROWS_AT_ONCE):
        doubts: list[tuple[Any, ...]] = []
        staged = (staged_row(intake, reader, row, doubts) for row in rows)
        copy("staged", ("row_number", "cells", "fingerprint", "rejection", "skip", *intake.columns), staged)
        copy("staged_doubt", ("row_number", "field", "value", "reason", "suggestion"), doubts)
        done += len(rows)
        progress(done, table.position)
    sql.run("imports/rows/analyze")


def clear() -> None:
    """Forget what was staged on this connection."""
    sql.run("imports/rows/drop_staged")


def staged_row(intake: Intake, reader: CellReader, row: Row, doubts: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The row as `staged` has it, and its doubts."""
    cells = SEPARATOR.join(row.cells)
    if row.problem or cells.count(SEPARATOR) >= len(row.cells):
        cells = SEPARATOR.join(map(_storable, row.cells))
    nothing = (None,) * len(intake.columns)
    if row.is_blank:
        return row.number, cells, None, "", "The row is empty.", *nothing
    reader.begin(row)
    if intake.forgets(reader):
        return row.number, "", None, "", FORGOTTEN, *nothing
    values = nothing if reader.problem else intake.staged(reader)
    if reader.problem:
        return row.number, cells, None, reader.problem, "", *nothing
    doubts.extend((row.number, *doubt) for doubt in reader.doubts)
    fingerprint = hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()
    return row.number, cells, fingerprint, "", "", *values


def _storable(cell: str) -> str:
    """PostgreSQL has no text with NUL; a giant cell is told by its beginning."""
    return cell.replace("\0", "\N{SYMBOL FOR NULL}").replace(SEPARATOR, " ")[:MAX_CELL_CHARACTERS]


def copy(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Send rows to a table, the fastest way there is."""
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
