"""Takes an import back: every row as it was, except those that somebody has built on since.

It knows no kind of file: what was written is in the journal, what refers to what is in the models.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import CASCADE, DO_NOTHING, ManyToOneRel
from psycopg.sql import SQL, Composable, Identifier, Literal

from abmhub.accounts.models import Duplicate, Standing, TierChange
from abmhub.core import sql
from abmhub.imports.journal import Table, columns_of, fingerprint_of, key_of, names_of, table_called

COMPUTED: frozenset[Table] = frozenset({Standing, TierChange, Duplicate})
"""What the house works out by itself: it goes with the row that it is about."""

EDITED = "It was changed since."
VANISHED = "It was deleted since."
DANGLING = "What it referred to before is not there any more."
BESIDE = "It belongs to a row that stays."
TAKEN = "Something else has taken its place: the row as it was would break a rule of the database."


@dataclass(frozen=True)
class Reference:
    """A column of one table that refers to rows of another."""

    child: Table
    column: str
    cascades: bool

    def parts(self, target: Table) -> dict[str, Composable]:
        return names_of(target) | {
            "child": Identifier(self.child._meta.db_table),
            "child_name": Literal(self.child._meta.db_table),
            "child_key": Identifier(key_of(self.child)),
            "child_column": Identifier(self.column),
            "column": Literal(self.column),
        }


def references_to(table: Table) -> Iterator[Reference]:
    """Everything that may refer to rows of the table, also what Django hides."""
    for related in table._meta.get_fields(include_hidden=True):
        if isinstance(related, ManyToOneRel) and related.on_delete is not DO_NOTHING:
            yield Reference(related.related_model, str(related.field.column), related.on_delete is CASCADE)


def take_back(run: int, main: Table) -> None:
    """Undo what the journal of the run tells, in this transaction. What has to stay is left in the journal, with the
    reason. `main` is what the rows of its file are about."""
    sql.materialize("undoing", "imports/undo/load", run=run)
    sql.run("imports/undo/index")
    tables = [table_called(row["table"]) for row in sql.rows("imports/undo/tables")]
    for table in tables:
        sql.rows("imports/undo/lock", _parts=names_of(table))
    for table in tables:
        _refuse_edited(table)
    _refuse_dependent(tables, main)
    while offenders := _attempt(tables):
        sql.run("imports/undo/refuse", changes=offenders, reason=TAKEN)
        _refuse_dependent(tables, main)
    sql.run("imports/undo/keep_refused")
    sql.run("imports/undo/forget_undone", run=run)


def _refuse_edited(table: Table) -> None:
    parts = names_of(table)
    fingerprint = {"fingerprint": fingerprint_of(table, "made")}
    sql.run("imports/undo/refuse_edited", _parts=parts | fingerprint, reason=EDITED)
    sql.run("imports/undo/refuse_vanished", _parts=parts, reason=VANISHED)
    for field in table._meta.concrete_fields:
        if field.related_model is not None:
            target = {
                "column": Literal(str(field.column)),
                "target": Identifier(field.related_model._meta.db_table),
                "target_key": Identifier(key_of(field.related_model)),
            }
            sql.run("imports/undo/refuse_dangling", _parts=parts | target, reason=DANGLING)


def _refuse_dependent(tables: list[Table], main: Table) -> None:
    """Refuse what is still needed, until nothing more is: what stays may need other rows to stay."""
    while sum(_refuse_needed(table, tables, is_main=table is main) for table in tables):
        continue


def _refuse_needed(table: Table, tables: list[Table], *, is_main: bool) -> int:
    refused = 0
    for reference in references_to(table):
        parts = reference.parts(table)
        if is_main and reference.cascades and reference.child in tables and reference.child is not table:
            refused += sql.run("imports/undo/refuse_beside", _parts=parts, reason=BESIDE)
        if reference.child not in COMPUTED:
            statement = "refuse_used" if reference.child in tables else "refuse_referred"
            refused += sql.run(f"imports/undo/{statement}", _parts=parts, reason=_used_by(reference.child))
    return refused


def _used_by(child: Table) -> str:
    name = str(child._meta.verbose_name)
    return f"{'An' if name[0].lower() in 'aeiou' else 'A'} {name} refers to it now."


def _attempt(tables: list[Table]) -> list[int]:
    """Write every row as it was. Returns the changes that cannot be taken back; then nothing was written."""
    offenders: list[int] = []
    with transaction.atomic():
        for table in tables:
            for reference in references_to(table):
                if reference.child in COMPUTED:
                    sql.run("imports/undo/delete_computed", _parts=reference.parts(table))
        for table in tables:
            sql.run("imports/undo/delete_created", _parts=names_of(table))
        for table in tables:
            found = [row["id"] for row in sql.rows("imports/undo/to_restore", _parts=names_of(table))]
            # What gave way to another row of the import can go back as soon as that has.
            offenders += _restore(table, _restore(table, found))
        if offenders:
            transaction.set_rollback(True)
    return offenders


def _restore(table: Table, changes: list[int]) -> list[int]:
    """Returns those that the database does not take; they are found by halving, for they are few."""
    if not changes:
        return []
    columns = SQL(", ").join(Identifier(column) for column in columns_of(table))
    try:
        with transaction.atomic():
            for statement in ("restore_changed", "restore_deleted"):
                sql.run(f"imports/undo/{statement}", _parts=names_of(table) | {"columns": columns}, changes=changes)
    except IntegrityError:
        if len(changes) == 1:
            return changes
        middle = len(changes) // 2
        return _restore(table, changes[:middle]) + _restore(table, changes[middle:])
    return []
