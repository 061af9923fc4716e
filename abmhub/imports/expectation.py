"""What an import would do, row by row, as people read it: read while its rows are in, and taken back after that."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Field, ForeignKey, Model
from psycopg.sql import Identifier

from abmhub.core import sql
from abmhub.imports.journal import Table, names_of
from abmhub.imports.kinds.base import Intake
from abmhub.imports.models import ExpectedRow
from abmhub.imports.shown import shown
from abmhub.imports.staging import SEPARATOR

MOST_ROWS = 10_000
"""Of each verdict; the counts are of all rows."""
ROWS_AT_ONCE = 1_000

Change = tuple[str, str, str]
"""What it is called, the old value and the new one."""
Verdict = ExpectedRow.Verdict


def expected_rows(intake: Intake) -> Iterator[tuple[Any, ...]]:
    """Number, verdict, label, reason, doubts and changes of each row of the file that is staged and written now."""
    sql.run("imports/expected/index")
    rows = iter(sql.rows("imports/expected/rows", limit=MOST_ROWS))
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        keys = {verdict: [row["target_id"] for row in chunk if row["verdict"] == verdict] for verdict in Verdict.values}
        about = [key for verdict in (Verdict.CREATE, Verdict.UPDATE, Verdict.UNCHANGED) for key in keys[verdict]]
        labels = {key: str(row) for key, row in intake.targets().in_bulk(about).items()}
        changes = Changes(intake, keys[Verdict.CREATE], keys[Verdict.UPDATE])
        for row in chunk:
            label = labels.get(row["target_id"]) or " · ".join(filter(None, row["cells"].split(SEPARATOR)))
            found = json.dumps(changes.of(row["target_id"]), ensure_ascii=False)
            yield row["row_number"], row["verdict"], label[:200], row["reason"], row["doubts"], found


class Changes:
    """The changes of some targets, read together."""

    def __init__(self, intake: Intake, created: list[int], updated: list[int]) -> None:
        self._intake = intake
        self._found: dict[int, list[Change]] = defaultdict(list)
        parts = names_of(intake.model)
        rows = [
            *sql.rows("imports/expected/created", _parts=parts, keys=created),
            *sql.rows("imports/expected/changed", _parts=parts, keys=updated),
        ]
        pairs = [(row["key"], _columns(row["before"]), _columns(row["after"])) for row in rows]
        self._names = _Names(intake.model, (values for _, *both in pairs for values in both))
        for key, before, after in pairs:
            self._found[key] = list(self._columns(before, after))
        self._read_beside(created + updated)

    def of(self, target: int | None) -> list[Change]:
        return self._found.get(target, []) if target is not None else []

    def _columns(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
        for field in self._intake.model._meta.concrete_fields:
            column = str(field.column)
            if field.primary_key or column in self._intake.unread or column not in after:
                continue
            old, new = before.get(column), after[column]
            if isinstance(new, dict):
                yield from self._keys(column, old or {}, new)
            elif before or not _says_nothing(field, new):
                yield self._intake.label_of(column), self._shown(field, old), self._shown(field, new)

    def _keys(self, column: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        """Of a column with many values under names only those that differ."""
        for name in {**old, **new}:
            if old.get(name) != new.get(name):
                yield self._intake.label_of(f"{column}.{name}"), shown(old.get(name)), shown(new.get(name))

    def _shown(self, field: Field[Any, Any], value: Any) -> str:
        if isinstance(field, ForeignKey):
            return self._names.of(field, value)
        return shown(value, field)

    def _read_beside(self, keys: list[int]) -> None:
        for beside in self._intake.beside:
            column = next(str(field.column) for field in beside.table._meta.concrete_fields if field.name == beside.of)
            parts = names_of(beside.table) | {"column": Identifier(column)}
            found = sql.rows("imports/expected/beside", _parts=parts, keys=keys)
            made = beside.table._default_manager.select_related().in_bulk([row["key"] for row in found])
            for row in found:
                one = made[row["key"]]
                said = getattr(one, beside.shown) if beside.shown else one
                self._found[row["target"]].append((beside.label, "", str(said)))


class _Names:
    """What the rows that foreign keys refer to are called; each table is asked once."""

    def __init__(self, table: Table, values: Iterable[dict[str, Any]]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        foreign = {str(field.column): field for field in table._meta.concrete_fields if isinstance(field, ForeignKey)}
        for columns in values:
            for column in foreign.keys() & columns.keys():
                if columns[column] is not None:
                    wanted[column].add(columns[column])
        self._names: dict[str, dict[Any, Model]] = {
            column: foreign[column].related_model._default_manager.in_bulk(keys) for column, keys in wanted.items()
        }

    def of(self, field: Field[Any, Any], key: int | None) -> str:
        return str(self._names[str(field.column)].get(key, "")) if key is not None else ""


def _columns(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text, parse_float=Decimal) if text else {}
    return found


def _says_nothing(field: Field[Any, Any], value: Any) -> bool:
    """Whether a new row has the value without anybody having said so."""
    if value in (None, "", [], {}, False):
        return True
    return field.has_default() and value == field.get_default()
