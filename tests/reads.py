"""How much of a table was read: what a plan costs, whatever the machine is at meanwhile."""

from django.db import connection


def rows_read(table: str) -> int:
    """How many rows of the table this transaction has read, by whatever way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = %s", [table]
        )
        return int(cursor.fetchone()[0])
