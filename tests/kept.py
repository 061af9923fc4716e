"""What a step of the night keeps until its transaction ends."""

from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier


def kept(table: str) -> list[dict[str, Any]]:
    """The rows of a temporary table of the night."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT * FROM {}").format(Identifier("pg_temp", table)))
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
