"""The rows of one sheet, as text."""

import re
from array import array
from collections.abc import Callable
from typing import IO

from abmhub.imports.unpacking.formats import shown_date, shown_number
from abmhub.imports.unpacking.limits import Limits
from abmhub.imports.unpacking.refusal import DAMAGED, Unopened
from abmhub.imports.unpacking.xml import LOCAL, parse, parser

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_LETTERS = 3
_LETTERS_IN_THE_ALPHABET = 26
_MOST_DIGITS = 9
# Reading aids stand beside a text and are none of it.
AID = "rPh"
TRUTH = {"1": "TRUE", "0": "FALSE"}


class Strings:
    """The texts that the cells of a workbook share, in one buffer, so that a million of them stay small."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> None:
        self._buffer += text.encode()
        self._ends.append(len(self._buffer))
        if len(self._buffer) + 8 * len(self._ends) > self._limits.strings_bytes:
            raise Unopened("The workbook holds too much text: save the sheet as CSV and bring that.")

    def __getitem__(self, key: str) -> str:
        position = int(key) if key.isdecimal() and len(key) <= _MOST_DIGITS else len(self._ends)
        if position + 1 >= len(self._ends):
            raise Unopened(DAMAGED)
        return self._buffer[self._ends[position] : self._ends[position + 1]].decode()


def plain(text: str) -> str:
    """What a workbook writes as _x000D_ is one character; those that XML does not allow are left out."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    return "" if (code < 0x20 and code not in (0x9, 0xA, 0xD)) or 0xD800 <= code < 0xE000 else chr(code)


def read_strings(part: IO[bytes], limits: Limits) -> Strings:
    """Raises Unopened."""
    strings = Strings(limits)
    by = parser()
    heard: list[str] = []
    words: list[str] = []
    aids = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal aids
        heard.clear()
        aids += LOCAL[name] == AID

    def end(name: str) -> None:
        nonlocal aids
        tag = LOCAL[name]
        if tag == "t" and not aids:
            words.extend(heard)
        elif tag == "si":
            strings.append(plain("".join(words)[: limits.cell_characters]))
            words.clear()
        aids -= tag == AID

    by.StartElementHandler, by.EndElementHandler, by.CharacterDataHandler = start, end, heard.append
    parse(part, by)
    return strings


class SheetReader:
    """Gives every row that holds anything to `write`: its cells as text, none after the last that is not empty."""

    def __init__(
        self,
        strings: Strings,
        dates: frozenset[str],
        limits: Limits,
        write: Callable[[list[str]], None],
        *,
        is_from_1904: bool,
    ) -> None:
        self._strings, self._dates, self._limits, self._write = strings, dates, limits, write
        self._is_from_1904 = is_from_1904
        self._columns: dict[str, int] = {}
        self._heard: list[str] = []
        self._row: list[str] = []
        self._type = self._style = self._words = ""
        self._position = self._aids = 0

    def read(self, part: IO[bytes]) -> None:
        """Raises Unopened."""
        by = parser()
        by.StartElementHandler, by.EndElementHandler = self._start, self._end
        by.CharacterDataHandler = self._heard.append
        parse(part, by)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._heard.clear()
        tag = LOCAL[name]
        if tag == "c":
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            reference = attributes.get("r")
            self._position = self._position_of(reference) if reference else self._position + 1
            self._words = ""
        elif tag == "row":
            self._row, self._position = [], 0
        elif tag == AID:
            self._aids += 1

    def _end(self, name: str) -> None:
        tag = LOCAL[name]
        if tag == "v":
            self._words = "".join(self._heard)
        elif tag == "c":
            if self._words and (text := self._text()):
                self._put(text)
        elif tag == "row":
            if self._row:
                self._write(self._row)
        elif tag == "t" and self._type == "inlineStr" and not self._aids:
            self._words += "".join(self._heard)
        elif tag == AID:
            self._aids -= 1

    def _text(self) -> str:
        """The cell as it is shown. A formula counts by the result that was stored with it."""
        if self._type == "s":
            return self._strings[self._words]
        if self._type == "n":
            if self._style in self._dates:
                return shown_date(self._words, is_from_1904=self._is_from_1904)
            return shown_number(self._words)
        if self._type == "b":
            return TRUTH.get(self._words, self._words)
        return plain(self._words[: self._limits.cell_characters])

    def _put(self, text: str) -> None:
        if self._position > self._limits.columns:
            raise Unopened(
                f"The sheet has {self._position:,} columns; at most {self._limits.columns} can be read: "
                "delete those that are not needed."
            )
        missing = self._position - len(self._row)
        if missing > 0:
            self._row.extend([""] * missing)
        self._row[self._position - 1] = text

    def _position_of(self, reference: str) -> int:
        """The column of B7 is 2."""
        letters = reference.rstrip("0123456789")
        known = self._columns.get(letters)
        if known is None:
            if not letters.isalpha() or not letters.isascii() or len(letters) > _MOST_LETTERS:
                raise Unopened(DAMAGED)
            known = 0
            for letter in letters.upper():
                known = known * _LETTERS_IN_THE_ALPHABET + ord(letter) - ord("A") + 1
            self._columns[letters] = known
        return known
