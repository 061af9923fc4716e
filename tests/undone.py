"""What a test has committed is undone by a few statements, and only where there is something.

Django's flush empties every table there is and has every room load its presets, which takes longer than most tests.
"""

from functools import cached_property

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier

ROOMY = 1_000_000
"""A table of so many bytes gives its room back: else it stays slow, and the planner takes it for a big one."""


def may_pass_over_triggers() -> bool:
    """So the role of the embedded server may, by tests.services; elsewhere a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        [allowed] = cursor.fetchone() or (False,)
    return bool(allowed)


class Undoing:
    """The tables as they were made, with the rows that ship."""

    def __init__(self) -> None:
        self.tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
        with transaction.atomic():
            self._shipped = {table: self._rows_of(table) for table in self._filled()}
            self._months = self._parts()

    def undo(self) -> None:
        """Leave each table as it was made, and no more of them; sequences go on, so that no key comes twice."""
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever still writes is waited for, and no trigger or foreign key is asked.
            cursor.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(SQL(", ").join(map(Identifier, self.tables))))
            cursor.execute("SET LOCAL session_replication_role = replica")
            filled = self._filled()
            as_shipped = {table for table, rows in self._shipped.items() if rows == self._rows_of(table)}
            for table in filled.keys() - as_shipped:
                cursor.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            for table in self._shipped.keys() - as_shipped:
                with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as written:
                    written.write(self._shipped[table])
            for month in self._parts() - self._months:
                cursor.execute(SQL("DROP TABLE {}").format(Identifier(month)))
        for table, size in filled.items():
            if size > ROOMY:
                with connection.cursor() as cursor:
                    cursor.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(table)))

    @cached_property
    def _which(self) -> Composed:
        each = SQL("SELECT {0} AS name, pg_relation_size({1}) AS size WHERE EXISTS (SELECT FROM {2})")
        return SQL(" UNION ALL ").join(
            each.format(table, Identifier(table).as_string(), Identifier(table)) for table in self.tables
        )

    def _filled(self) -> dict[str, int]:
        """The tables that hold something, with their bytes."""
        with connection.cursor() as cursor:
            cursor.execute(self._which)
            return dict(cursor.fetchall())

    def _parts(self) -> set[str]:
        """The tables that are a part of another, as each month of signals is."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
            return {name for (name,) in cursor.fetchall()}

    def _rows_of(self, table: str) -> bytes:
        with connection.cursor() as cursor, cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as rows:
            return b"".join(rows)
