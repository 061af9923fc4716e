"""Reads a text file of rows and columns that nobody checked."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Self

from abmhub.imports.reading import limits
from abmhub.imports.reading.refusals import NotReadable
from abmhub.imports.reading.shape import Opener, Shape

# Its default would call a giant cell an unreadable row.
csv.field_size_limit(2 * limits.MAX_LINE_CHARACTERS)

_NUMBER = re.compile(r" ?-?\d{1,15}(?:\.\d{1,6})? ?", re.ASCII)
_NAMELESS = re.compile(r"column \d+")
_DOMAIN = re.compile(r" ?(?:www\.)?[a-z0-9](?:[a-z0-9-]{0,62}\.){1,5}[a-z]{2,24} ?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header, the first is 1. With a `problem` the cells are what could be made of it."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not "".join(self.cells).strip()


class Table:
    """A file as a header and rows. `position` says how many bytes have been read, for progress."""

    def __init__(self, open_file: Opener, shape: Shape) -> None:
        """Reads the header. Raises NotReadable."""
        self._bytes = open_file()
        self._lines = _Lines(io.TextIOWrapper(self._bytes, shape.codec, errors="replace", newline=""))
        self._delimiter = shape.delimiter
        first = next((cells for cells, _ in self._records() if any(cell.strip() for cell in cells)), None)
        if first is None:
            raise NotReadable("The file has no header: its first line must name the columns.")
        if len(first) > limits.MAX_COLUMNS:
            raise NotReadable(f"The file has {len(first):,} columns; at most {limits.MAX_COLUMNS} can be read.")
        self._row_in_place_of_a_header = first if is_data(first) else None
        self.columns = _names([""] * len(first) if is_data(first) else first)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bytes.close()

    @property
    def position(self) -> int:
        return self._bytes.tell() if self._bytes.seekable() else self._lines.characters

    def rows(self) -> Iterator[Row]:
        """Every row under the header; lines without any character are none. Raises NotReadable past limits.MAX_ROWS."""
        number = 0
        for cells, problem in chain(self._first_row(), self._records()):
            if not cells and not problem:
                continue
            number += 1
            if number > limits.MAX_ROWS:
                raise NotReadable(f"The file has more than {limits.MAX_ROWS:,} rows: cut it into several.")
            yield Row(number, cells, problem or self._problem_with(cells))

    def _first_row(self) -> Iterator[tuple[list[str], str]]:
        if self._row_in_place_of_a_header is not None:
            yield self._row_in_place_of_a_header, ""

    def _problem_with(self, cells: list[str]) -> str:
        joined = "".join(cells)
        if not joined.strip():
            return ""
        if len(cells) != len(self.columns):
            return f"Has {len(cells)} cells where the header has {len(self.columns)}."
        if len(joined) > limits.MAX_CELL_CHARACTERS and max(map(len, cells)) > limits.MAX_CELL_CHARACTERS:
            return f"Has a cell of more than {limits.MAX_CELL_CHARACTERS:,} characters."
        if "\0" in joined:
            return "Holds a NUL character."
        if "\N{REPLACEMENT CHARACTER}" in joined:
            return "Holds characters that are not of the file's encoding."
        return ""

    def _records(self) -> Iterator[tuple[list[str], str]]:
        """Cells and, where a row cannot be cut into cells, why."""
        for line in self._lines:
            if '"' not in line:
                bare = line.rstrip("\r\n")
                yield (bare.split(self._delimiter) if bare else []), ""
            else:
                yield self._record_with_quotes(line)

    def _record_with_quotes(self, line: str) -> tuple[list[str], str]:
        """One row that begins with this line. A quote that is never closed must not swallow the next rows:
        when the row does not end well, only its first line is given up and the others are read again."""
        taken: list[str] = []
        try:
            cells = next(csv.reader(self._lines.beginning_with(line, taken), delimiter=self._delimiter, strict=True))
        except (csv.Error, _TooManyLines, StopIteration):
            cells = None
        width = len(getattr(self, "columns", ()))
        if cells is not None and (len(taken) == 1 or width in (0, len(cells))):
            return cells, ""
        self._lines.give_back(taken[1:])
        return line.rstrip("\r\n").split(self._delimiter), "Opens a quotation mark that it does not close."


def is_data(cells: list[str]) -> bool:
    """Whether the first line is a row already: no header names a domain and a number."""
    return any(map(_NUMBER.fullmatch, cells)) and any(map(_DOMAIN.fullmatch, cells))


def batched(rows: Iterator[Row], most: int) -> Iterator[list[Row]]:
    """Rows together, at most so many, and fewer where they are long."""
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += sum(map(len, row.cells))
        if len(batch) == most or characters > limits.CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class _TooManyLines(Exception):
    """A quoted cell goes on and on."""


class _Lines:
    """Lines that can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._returned: deque[str] = deque()
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._returned:
            return self._returned.popleft()
        line = self._text.readline(limits.MAX_LINE_CHARACTERS)
        if not line:
            raise StopIteration
        self.characters += len(line)
        rest = line
        while len(rest) == limits.MAX_LINE_CHARACTERS and not rest.endswith(("\n", "\r")):
            # What is cut off here is a row with a giant cell in any case.
            rest = self._text.readline(limits.MAX_LINE_CHARACTERS)
            self.characters += len(rest)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))

    def beginning_with(self, line: str, taken: list[str]) -> Iterator[str]:
        """The line and those after it; each is noted in `taken`. Raises _TooManyLines."""
        taken.append(line)
        yield line
        characters = len(line)
        for following in self:
            taken.append(following)
            characters += len(following)
            if len(taken) > limits.MAX_LINES_IN_A_ROW or characters > limits.MAX_ROW_CHARACTERS:
                raise _TooManyLines
            yield following


def is_nameless(column: str) -> bool:
    """Whether the file gave this column no name."""
    return bool(_NAMELESS.fullmatch(column))


def _names(header: list[str]) -> list[str]:
    """The column names, made unique: a nameless one is "column 3", a second Name is "Name (2)"."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for position, cell in enumerate(header, start=1):
        name = " ".join(cell.replace("\0", "").split())[:200] or f"column {position}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
