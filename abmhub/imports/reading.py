"""Reads a CSV file that nobody checked: what cannot be read is a row with a problem, never a lost row."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from charset_normalizer import from_bytes

from abmhub.core.refusals import Refused

MAX_ROWS = 1_000_000
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_CELL_CHARACTERS = 10_000
MAX_COLUMNS = 500
# A quoted cell may hold line breaks, but one that holds this many was never closed.
MAX_LINES_IN_A_ROW = 500
MAX_LINE_CHARACTERS = 1_000_000

SAMPLE_BYTES = 256 * 1024
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = (
    "utf-8", "windows-1252", "windows-1250", "windows-1251", "windows-1256", "utf-16", "big5", "gb18030", "shift_jis",
)  # fmt: skip
# UTF tells itself; and a few accents do not tell Central from Western Europe, which is the likelier.
NOT_GUESSED = ("utf-8", "utf-16", "windows-1250")
NOT_CSV = (
    (b"PK\x03\x04", "This is an Excel workbook or a zip archive: save the sheet as CSV and bring that."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook: save the sheet as CSV and bring that."),
    (b"\x1f\x8b", "This file is compressed: unpack it first."),
    (b"%PDF", "This is a PDF: export the table as CSV and bring that."),
)

Opener = Callable[[], BinaryIO]

# Its default would call a giant cell an unreadable row.
csv.field_size_limit(2 * MAX_LINE_CHARACTERS)


class NotReadable(Refused):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header, the first is 1. With a `problem` the cells are what could be made of it."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Shape:
    """How a file is written: a guess that a person may correct."""

    encoding: str
    delimiter: str

    @property
    def codec(self) -> str:
        """The name of the codec, byte-order mark taken care of."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


def guess_shape(open_file: Opener) -> Shape:
    """Encoding and delimiter from the first part of the file. Raises NotReadable when it is no CSV file."""
    with open_file() as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample.strip():
        raise NotReadable("The file is empty.")
    for magic, sentence in NOT_CSV:
        if sample.startswith(magic):
            raise NotReadable(sentence)
    encoding = _guess_encoding(open_file, sample)
    text = sample.decode(Shape(encoding, ",").codec, errors="replace")
    return Shape(encoding, _guess_delimiter(text))


def _guess_encoding(open_file: Opener, sample: bytes) -> str:
    if sample.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    bad_part = None if sample.startswith(BOM_UTF8) else _first_part_that_is_not_utf8(open_file)
    if bad_part is None:
        return "utf-8"
    candidates = [name.replace("-", "_") for name in ENCODINGS if name not in NOT_GUESSED]
    best = from_bytes(bad_part, cp_isolation=candidates).best()
    guess = best.encoding.replace("_", "-") if best else ""
    known = {name.replace("windows-", "cp").replace("_", "-"): name for name in ENCODINGS}
    return known.get(guess, "windows-1252")


def _first_part_that_is_not_utf8(open_file: Opener) -> bytes | None:
    """The part of the file that shows it is not UTF-8, for a closer look; None when all of it is."""
    decode = getincrementaldecoder("utf-8")().decode
    last = b""
    with open_file() as file:
        while part := file.read(SAMPLE_BYTES):
            try:
                decode(part)
            except UnicodeDecodeError as error:
                return part[max(0, error.start - 32_768) : error.start + 32_768]
            last = part
    try:
        decode(b"", final=True)
    except UnicodeDecodeError:
        return last[-32_768:]
    return None


def _guess_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into equally many columns, the more the better."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(lines) > 1 and len(text) >= SAMPLE_BYTES // 4:
        lines.pop()  # it may have been cut off
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
        width, times = max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))
        score = (times / len(lines), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


class Table:
    """A file as a header and rows. `position` says how many bytes have been read, for progress."""

    def __init__(self, open_file: Opener, shape: Shape) -> None:
        """Reads the header. Raises NotReadable."""
        self._bytes = open_file()
        self._lines = _Lines(io.TextIOWrapper(self._bytes, shape.codec, errors="replace", newline=""))
        self._delimiter = shape.delimiter
        header = next((cells for cells, _ in self._records() if any(cell.strip() for cell in cells)), None)
        if header is None:
            raise NotReadable("The file has no header: its first line must name the columns.")
        if len(header) > MAX_COLUMNS:
            raise NotReadable(f"The file has {len(header):,} columns; at most {MAX_COLUMNS} can be read.")
        self.columns = _names(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bytes.close()

    @property
    def position(self) -> int:
        return self._bytes.tell() if self._bytes.seekable() else self._lines.characters

    def rows(self) -> Iterator[Row]:
        """Every row under the header; lines without any character are none. Raises NotReadable past MAX_ROWS."""
        number = 0
        for cells, problem in self._records():
            if not cells and not problem:
                continue
            number += 1
            if number > MAX_ROWS:
                raise NotReadable(f"The file has more than {MAX_ROWS:,} rows: cut it into several.")
            row = Row(number, cells)
            yield row if row.is_blank else Row(number, cells, problem or self._problem_with(cells))

    def _problem_with(self, cells: list[str]) -> str:
        if len(cells) != len(self.columns):
            return f"Has {len(cells)} cells where the header has {len(self.columns)}."
        if max(map(len, cells)) > MAX_CELL_CHARACTERS:
            return f"Has a cell of more than {MAX_CELL_CHARACTERS:,} characters."
        joined = "".join(cells)
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
        line = self._text.readline(MAX_LINE_CHARACTERS)
        if not line:
            raise StopIteration
        self.characters += len(line)
        rest = line
        while len(rest) == MAX_LINE_CHARACTERS and not rest.endswith(("\n", "\r")):
            # What is cut off here is a row with a giant cell in any case.
            rest = self._text.readline(MAX_LINE_CHARACTERS)
            self.characters += len(rest)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))

    def beginning_with(self, line: str, taken: list[str]) -> Iterator[str]:
        """The line and those after it; each is noted in `taken`. Raises _TooManyLines."""
        taken.append(line)
        yield line
        for following in self:
            taken.append(following)
            if len(taken) > MAX_LINES_IN_A_ROW:
                raise _TooManyLines
            yield following


def _names(header: list[str]) -> list[str]:
    """The column names, made unique: a nameless one is "column 3", a second Name is "Name (2)"."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for position, cell in enumerate(header, start=1):
        name = " ".join(cell.replace("\0", "").split())[:200] or f"column {position}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
