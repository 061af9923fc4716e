"""Which column of a file is which field, and how its values are meant: guessed, then confirmed by a person."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from statistics import median
from types import MappingProxyType
from typing import Any, Self

from rapidfuzz import fuzz, process

from abmhub.core.refusals import Refused
from abmhub.imports.cells import (
    FLAGS,
    NOTHING,
    BadCell,
    DateOrder,
    date_orders,
    has_dates_that_need_an_order,
    number,
)

# A header this alike a word we know is a slip of the pen.
ALIKE_PERCENT = 90
# A column is taken for a field by its values when this share of them look like it.
SHARE_THAT_LOOKS_LIKE_IT = 0.8
# What pipelines add for themselves.
_MACHINERY = re.compile(r"_fivetran_|_airbyte_|_sdc_|_dlt_", re.IGNORECASE)


class Unit(StrEnum):
    """In what an amount of money is written."""

    ONES = "ones"
    THOUSANDS = "thousands"
    MILLIONS = "millions"

    @property
    def factor(self) -> int:
        return {"ones": 1, "thousands": 1_000, "millions": 1_000_000}[self.value]


class NotMapped(Refused):
    """A field that a row cannot do without has no column, or a reading was not decided."""


@dataclass(frozen=True)
class Field:
    """What a column can be. `words` are headers that mean it, without blanks and signs, likeliest first.

    `vocabulary` is the Settlement.Field of what its words have to mean, empty where any word will do.
    """

    name: str
    label: str
    words: str
    required: bool = False
    help: str = ""
    is_date: bool = False
    has_unit: bool = False
    vocabulary: str = ""
    looks_like: Callable[[str], bool] | None = None
    is_key: bool = False
    """Whether each row has its own: a column in which values come again is not taken for it."""
    is_flag: bool = False
    """Whether it says yes or no. A column that says so is taken for nothing else that words alone cannot tell."""
    is_amount: bool = False


@dataclass(frozen=True)
class ColumnMapping:
    """Column by field, the unit of annual revenue, and the order of dates (None: all dates are ISO).

    `origin` says what it was taken from, as the end of a sentence; empty for a guess.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    revenue_unit: Unit = Unit.ONES
    date_order: DateOrder | None = None
    origin: str = ""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises ValueError for what is no mapping."""
        return cls(
            columns=dict(stored.get("columns", {})),
            revenue_unit=Unit(stored.get("revenue_unit") or Unit.ONES),
            date_order=DateOrder(stored["date_order"]) if stored.get("date_order") else None,
            origin=str(stored.get("origin", "")),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "revenue_unit": self.revenue_unit,
            "date_order": self.date_order,
            "origin": self.origin,
        }

    def check(self, fields: Sequence[Field], columns: Sequence[str]) -> None:
        """Raises NotMapped when a required field has no column, or a column is not in the file."""
        for name, column in self.columns.items():
            if name not in {known.name for known in fields}:
                raise NotMapped(f"There is no field “{name}”; there are: {', '.join(known.name for known in fields)}.")
            if column not in columns:
                raise NotMapped(f"The file has no column “{column}”; it has: {', '.join(columns)}.")
        for missing in fields:
            if missing.required and missing.name not in self.columns:
                raise NotMapped(f"Say which column is “{missing.label}”; the file has: {', '.join(columns)}.")

    def with_columns(self, changes: Mapping[str, str]) -> Self:
        """The mapping with these columns; an empty column name leaves the field out."""
        merged = {**self.columns, **changes}
        return replace(self, columns={name: column for name, column in merged.items() if column})


@dataclass(frozen=True)
class Guess:
    """A mapping with what it rests on. `date_order_is_open` when a person must say how dates are meant."""

    mapping: ColumnMapping
    date_order_is_open: bool
    revenue_unit_because: str


def guess(
    fields: Sequence[Field],
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    given: Mapping[str, str] = MappingProxyType({}),
    left_out: Collection[str] = (),
) -> Guess:
    """Guess from the header first, then from the values of the first rows.

    What is `given` stays, and the columns that somebody left out before are not guessed at.
    """
    values = _said(columns, sample)
    found = dict(given)
    open_columns = [column for column in columns if column not in left_out and not _MACHINERY.match(column)]
    _by_header(fields, open_columns, values, found)
    _required_first(fields, found)
    _by_values(fields, {column: values[column] for column in open_columns}, found)
    orders, needs_order = orders_of(fields, found, columns, sample)
    unit, because = _revenue_unit(fields, found, values)
    return Guess(
        ColumnMapping(
            columns={known.name: found[known.name] for known in fields if known.name in found},
            revenue_unit=unit,
            date_order=next(iter(orders)) if needs_order and len(orders) == 1 else None,
        ),
        date_order_is_open=needs_order and len(orders) != 1,
        revenue_unit_because=because,
    )


def _said(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """The values of each column that say anything."""
    return {
        column: [row[position] for row in sample if row[position].strip().lower() not in NOTHING]
        for position, column in enumerate(columns)
    }


def orders_of(
    fields: Sequence[Field], found: Mapping[str, str], columns: Sequence[str], sample: Sequence[Sequence[str]]
) -> tuple[set[DateOrder], bool]:
    """The orders in which all dates of these columns make sense, and whether any of them needs one."""
    values = _said(columns, sample)
    dates = [value for known in fields if known.is_date and known.name in found for value in values[found[known.name]]]
    return date_orders(dates), has_dates_that_need_an_order(dates)


def bare(header: str) -> str:
    """Letters and digits only; what is in brackets tells the unit, and what HubSpot and Salesforce put around
    their own names and those of their customers says nothing."""
    outside = re.sub(r"[(\[].*?[)\]]|^property_|_{1,2}c$", "", header)
    return re.sub(r"[\W_]+", "", (outside if outside.strip() else header).casefold())


def _by_header(
    fields: Sequence[Field], columns: Sequence[str], values: Mapping[str, list[str]], found: dict[str, str]
) -> None:
    taken = set(found.values())
    # By rank of the word, so that a column goes to the field that it most likely means; one that is empty comes last.
    for rank in range(max(len(known.words.split()) for known in fields)):
        for known in fields:
            words = known.words.split()
            if known.name in found or rank >= len(words):
                continue
            named = [
                column
                for column in columns
                if column not in taken and bare(column) == words[rank] and _can_be(known, values[column])
            ]
            if named:
                found[known.name] = next((column for column in named if values[column]), named[0])
                taken.add(found[known.name])
    for known in fields:
        left = {
            column: bare(column)
            for column in columns
            if column not in taken and len(bare(column)) > 4 and _can_be(known, values[column])
        }
        alike = {column: _likeness(name, known.words.split()) for column, name in left.items()}
        column = max(alike, key=alike.__getitem__, default=None)
        if known.name not in found and column is not None and alike[column]:
            found[known.name] = column
            taken.add(column)


def _can_be(known: Field, values: Sequence[str]) -> bool:
    """Whether the values speak against it: keys that come again, a day or an amount that is yes or no, sizes in words.

    A column that says nothing yet can be anything.
    """
    if known.is_key and len(set(values)) < len(values):
        return False
    if known.is_flag or known.is_date:
        return not values or known.is_flag == all(value.strip().casefold() in FLAGS for value in values)
    with_digits = sum(any(map(str.isdigit, value)) for value in values)
    return not known.is_amount or with_digits >= SHARE_THAT_LOOKS_LIKE_IT * len(values)


def _required_first(fields: Sequence[Field], found: dict[str, str]) -> None:
    """Hand a column that went to a field that may be left out to the one that may not, when it has none."""
    for known in fields:
        if known.required and known.name not in found:
            for other in fields:
                if not other.required and other.name in found and bare(found[other.name]) in known.words.split():
                    found[known.name] = found.pop(other.name)
                    break


def _likeness(bare: str, words: Sequence[str]) -> float:
    """How alike the header and the likest word are, 0-100; 0 below ALIKE_PERCENT."""
    best = process.extractOne(bare, words, scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT)
    return best[1] if best else 0.0


def _by_values(fields: Sequence[Field], values: Mapping[str, list[str]], found: dict[str, str]) -> None:
    for known in fields:
        if known.name in found or known.looks_like is None:
            continue
        for column, cells in values.items():
            if column in found.values() or not cells:
                continue
            if sum(map(known.looks_like, cells)) >= SHARE_THAT_LOOKS_LIKE_IT * len(cells):
                found[known.name] = column
                break


def _revenue_unit(
    fields: Sequence[Field], found: Mapping[str, str], values: Mapping[str, list[str]]
) -> tuple[Unit, str]:
    """The unit in which annual revenue makes sense: by its header, by head, or by its size."""
    known = next((known for known in fields if known.has_unit and known.name in found), None)
    if known is None:
        return Unit.ONES, ""
    column = found[known.name]
    header = column.casefold()
    if re.search(r"million|\bmio\b|\bmn\b|\bmm\b|[$€£]m\b|\bm(usd|eur)\b", header):
        return Unit.MILLIONS, f"the column is called “{column}”"
    if re.search(r"thousand|[$€£]k\b|\bk(usd|eur)\b|\btsd\b|'000", header):
        return Unit.THOUSANDS, f"the column is called “{column}”"
    revenue = median(_numbers(values[column]) or [Decimal(0)])
    heads = median(_numbers(values[found["employees"]]) or [Decimal(0)]) if "employees" in found else Decimal(0)
    if revenue and heads:
        a_head = revenue / heads
        if a_head < 5:
            return Unit.MILLIONS, f"otherwise the middle account would earn {a_head:.2f} a head in a year"
        if a_head < 1_000:
            return Unit.THOUSANDS, f"otherwise the middle account would earn {a_head:.0f} a head in a year"
        return Unit.ONES, f"the middle account then earns {a_head:,.0f} a head in a year"
    if 0 < revenue < 20_000:
        return Unit.MILLIONS, f"otherwise the middle account would earn {revenue:,.0f} in a year"
    return Unit.ONES, f"the middle account then earns {revenue:,.0f} in a year"


def _numbers(cells: Iterable[str]) -> list[Decimal]:
    found = []
    for cell in cells:
        try:
            found.append(number(cell.strip("$€£¥ ")))
        except BadCell:
            continue
    return found
