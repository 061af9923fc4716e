"""What all kinds of files have in common on their way into the house."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, TypeVar, cast

from django.conf import settings
from django.db.models import Model, QuerySet

from abmhub.core import sql
from abmhub.imports import cells
from abmhub.imports.mapping import ColumnMapping, Field
from abmhub.imports.models import Kind, Settlement
from abmhub.imports.reading import Row
from abmhub.imports.vocabulary import CURRENCY_CODES

FORGOTTEN = "This person asked to be forgotten."

FORMULA_STARTS = frozenset("=+-@")
LONGEST_NOTHING = max(map(len, cells.NOTHING))

# Of each field so many different cells are remembered with their values: a column of few words is read at once.
MOST_KNOWN = 5_000
LONGEST_KNOWN = 60

Value = TypeVar("Value")


class Doubt(NamedTuple):
    """Something in an accepted row that a person should look at."""

    field: str
    value: str
    reason: str
    suggestion: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file is read with: its source, the mapping, the moment, what people settled before, and its name."""

    source: str
    mapping: ColumnMapping
    at: datetime
    settled: Mapping[tuple[str, str], str]
    file_name: str = ""

    @classmethod
    def of(cls, source: str, mapping: ColumnMapping, at: datetime, file_name: str = "") -> "Reading":
        meanings = Settlement.objects.filter(source=source).exclude(meaning="")
        return cls(
            source,
            mapping,
            at,
            {(field, value): meaning for field, value, meaning in meanings.values_list("field", "value", "meaning")},
            file_name,
        )


def _said(cell: str) -> str:
    cell = cell.strip()
    if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS:
        # Our own files have it before what a spreadsheet would run.
        cell = cell[1:]
    return "" if len(cell) <= LONGEST_NOTHING and cell.lower() in cells.NOTHING else cell


def _currency_in(heading: str) -> str:
    return cells.currency_in_heading(heading, CURRENCY_CODES, settings.ABMHUB_BUSINESS_CURRENCY)


class CellReader:
    """The cells of one row by field. The first cell that cannot be read is the row's `problem`."""

    def __init__(self, fields: Sequence[Field], columns: Sequence[str], reading: Reading) -> None:
        self.reading = reading
        self._positions = {name: columns.index(column) for name, column in reading.mapping.columns.items()}
        self._labels = {known.name: known.label for known in fields}
        self._headings = {name: _currency_in(column) for name, column in reading.mapping.columns.items()}
        self._required = [known for known in fields if known.required]
        self._known: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self._texts: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.row = Row(0, [])
        self.problem = ""
        self.doubts: list[Doubt] = []

    def begin(self, row: Row) -> None:
        """Turn to this row; from here on the cells are its."""
        self.row = row
        self.problem = row.problem
        self.doubts = []
        if not self.problem:
            missing = next((known.label for known in self._required if not self.raw(known.name)), None)
            if missing:
                self.problem = f"{missing} is empty."

    def has(self, field: str) -> bool:
        """Whether a column of the file is the field."""
        return field in self._positions

    def raw(self, field: str) -> str:
        """The cell without blanks around it; empty when it says nothing, or no column is the field."""
        position = self._positions.get(field)
        return "" if position is None else _said(self.row.cells[position])

    def read(self, field: str, reader: Callable[[str], Value]) -> Value | None:
        """The value of a cell; None when it says nothing, or cannot be read.

        A field always has the same reader: what a cell has meant once it means in every row.
        """
        return self._read(self._known[field], field, reader)

    def _read(self, known: dict[str, Any], field: str, reader: Callable[[str], Value]) -> Value | None:
        position = self._positions.get(field)
        if position is None:
            return None
        cell = self.row.cells[position]
        if cell in known:
            return cast("Value | None", known[cell])
        value = None
        if said := _said(cell):
            try:
                value = reader(said)
            except cells.BadCell as bad:
                self.problem = self.problem or f"{self._labels[field]}: “{said[:60]}” is {bad}."
                return None
        if len(known) < MOST_KNOWN and len(cell) <= LONGEST_KNOWN:
            known[cell] = value
        return value

    def text(self, field: str, limit: int = 200) -> str:
        """The words of a cell; a field always has the same limit."""
        position = self._positions.get(field)
        if position is None:
            return ""
        # Most cells of a file are words, and most words come again: a look-up is all that they cost.
        known: str | None = self._texts[field].get(self.row.cells[position])
        return self._text(field, limit) if known is None else known

    def _text(self, field: str, limit: int) -> str:
        return self._read(self._texts[field], field, lambda cell: cells.text(cell, limit)) or ""

    def whole(self, field: str, limit: int = 2_147_483_647) -> int | None:
        return self.read(field, lambda cell: cells.whole(cell, limit))

    def money(self, field: str, digits: int, factor: int = 1) -> Decimal | None:
        """An amount in ones; `factor` is what a one in the file stands for."""
        return self.read(field, lambda cell: cells.money(cell, digits, factor))

    def day(self, field: str) -> date | None:
        return self.read(field, lambda cell: cells.day(cell, self.reading.mapping.date_order))

    def choice(self, field: str, choices: Mapping[str, str], *, otherwise: str = "") -> str:
        """The choice whose name, letters only, is in the cell; `otherwise` is what to do about any other."""

        if field not in self._positions:
            return ""

        def pick(cell: str) -> str:
            found = choices.get(cell.casefold().replace(" ", "_").replace("-", "_"))
            if found is None:
                known = ", ".join(sorted({choice.replace("_", " ") for choice in choices.values()}))
                raise cells.BadCell(f"none of {known}{otherwise}")
            return found

        return self.read(field, pick) or ""

    def settled(self, vocabulary: str, cell: str) -> str:
        """What a person said this word of the source means; the word itself when nobody has."""
        return self.reading.settled.get((vocabulary, cell), cell)

    def currency(self, *amounts: str) -> str:
        """The code in the column of currencies; where it says none, what one of the `amounts` or its heading names."""

        def read(cell: str) -> str:
            code = self.settled("currency", cell)
            if len(code) != 3 or not code.isalpha() or not code.isascii():
                raise cells.BadCell("not a currency of three letters")
            return code.upper()

        return self.read("currency", read) or next(filter(None, map(self._currency_of, amounts)), "")

    def _currency_of(self, amount: str) -> str:
        """What stands beside the number; empty where there is no number."""
        if not (cell := self.raw(amount)) or self.problem:
            return ""
        return cells.currency_beside(cell, settings.ABMHUB_BUSINESS_CURRENCY) or self._headings.get(amount, "")

    def reject(self, reason: str) -> None:
        """The row cannot be taken; the reason is a sentence that says what to do. The first one is told."""
        self.problem = self.problem or reason

    def doubt(self, field: str, value: str, reason: str, suggestion: str = "") -> None:
        self.doubts.append(Doubt(field, value[:200], reason, suggestion))


class Beside(NamedTuple):
    """Rows of another table that a row of a file brings: shown as if they were a field of its target."""

    table: type[Model]
    of: str
    """The foreign key to what the row of the file is about."""
    shown: str
    """The field that tells which it is; empty for the row as a whole."""
    label: str


class Intake(ABC):
    """One kind of file: its fields, and the statements that take its rows in.

    A file is read into the table `staged`, row by row; `resolve` finds for each row what it is about and
    whether it creates, updates or leaves unchanged; `write` does so. Both are set-based, so that no row's
    result depends on the order of its neighbours.

    Whatever a kind writes to our tables goes through `abmhub.imports.journal`: `journal.write(Table, "room/statement")`
    in place of `sql.run`, and `with journal.watching(Table, ...)` around writes through the ORM to small tables. From
    it come the rows of a dry run and the undoing of an import; what goes past it cannot be undone. Rows that only
    make sense with their parent (a foreign key that cascades) stay where the parent has to stay.
    """

    kind: ClassVar[Kind]
    model: ClassVar[type[Model]]
    """What a row of the file is about: `target_id` is its key, `str()` of it is what a dry run calls it."""
    unread: ClassVar[frozenset[str]] = frozenset()
    """Columns of the model that change with others and say nothing to a person."""
    beside: ClassVar[tuple[Beside, ...]] = ()
    fields: tuple[Field, ...]
    """Of the class those that every installation has; of an intake also those of its custom attributes."""
    survivors: Mapping[str, tuple[str, ...]] = {}
    """The fields that a survivor rule can protect, each with its columns, which model and staging call the same."""
    columns: ClassVar[tuple[str, ...]]
    """Columns of the staging table that `staged` gives, in its order."""
    sample: ClassVar[tuple[tuple[str, ...], ...]]
    """A few lines that show what a file of this kind looks like, the header first."""

    @abstractmethod
    def staged(self, row: CellReader) -> tuple[Any, ...]:
        """The values of `columns` in this row; what cannot be read is the reader's problem."""

    def forgets(self, row: CellReader) -> bool:
        """Whether the row is about somebody who asked to be forgotten: it is skipped, and its cells are not kept."""
        return False

    def notice(self, source: str, mapping: ColumnMapping) -> str:
        """What somebody has to do before the rows of such a file count; empty when nothing."""
        return ""

    def make_room(self, at: datetime) -> None:
        """Make the tables in which the staged rows will lie; called before the transaction that writes them."""
        return

    @abstractmethod
    def resolve(self, reading: Reading) -> None:
        """Give each staged row its target and its verdict."""

    @abstractmethod
    def write(self, reading: Reading) -> None:
        """Write what the verdicts say. Raises Overtaken when somebody else wrote the same rows meanwhile."""

    def targets(self) -> QuerySet[Model]:
        """The rows of `model` with all that their `str()` needs, so that many can be named at once."""
        return self.model._default_manager.all()

    def label_of(self, column: str) -> str:
        """What people call a column of the model; of a key inside a JSON column it comes as `column.key`."""
        name = column.rpartition(".")[2]
        if name != column:
            return name.replace("_", " ").capitalize()
        found = next(field for field in self.model._meta.concrete_fields if field.column == column)
        return str(found.verbose_name).capitalize()

    def suggest(self) -> None:
        """Find what the unknown names of the file may have meant; called when everything is written."""
        return

    def prepare(self) -> None:
        """Make the staging table."""
        sql.run(f"imports/{self.kind}/stage")
        sql.run("imports/rows/stage_live")
        sql.run("imports/rows/stage_doubts")


class Overtaken(Exception):
    """Somebody else wrote the same rows between resolving and writing: resolve again."""


def expect(written: int, verdict: str) -> None:
    """Raises Overtaken unless as many rows were written as have this verdict."""
    if written != sql.rows("imports/rows/count_verdict", verdict=verdict)[0]["rows"]:
        raise Overtaken
