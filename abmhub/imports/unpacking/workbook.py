"""An Excel workbook: which sheets it has, and the rows of one of them."""

import csv
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from abmhub.imports.unpacking.archive import Archive
from abmhub.imports.unpacking.formats import DATES, is_date
from abmhub.imports.unpacking.limits import Limits
from abmhub.imports.unpacking.refusal import DAMAGED, Unopened
from abmhub.imports.unpacking.sheet import SheetReader, Strings, read_strings
from abmhub.imports.unpacking.xml import LOCAL, parse, parser

Attributes = dict[str, str]
MAIN = "xl/workbook.xml"
NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Sheet:
    name: str
    part: str


class Workbook:
    """Macros, formulas, pictures and links of it are never looked at."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Raises Unopened."""
        self._limits = limits
        self._archive = Archive(file, limits)
        main = next((target for kind, target in self._relations("_rels/.rels", "") if kind == "officeDocument"), MAIN)
        self._folder = posixpath.dirname(main)
        relations = posixpath.join(self._folder, "_rels", f"{posixpath.basename(main)}.rels")
        self._parts = dict(self._keyed_relations(relations))
        self._by_kind = dict(self._relations(relations, self._folder))
        self._is_from_1904 = False
        self.sheets: list[Sheet] = []
        self._read_elements(main, self._note_sheet)
        if not self.sheets:
            raise Unopened("The workbook has no sheet with cells.")

    def write(self, name: str, out: TextIO) -> str:
        """Write the rows of the sheet of this name, or of the first one that has any. Returns its name.

        A row is as wide as the header at least: a workbook does not store the empty cells at its end.
        """
        chosen = [sheet for sheet in self.sheets if not name or sheet.name == name]
        if not chosen:
            raise Unopened(f"The workbook has no sheet “{name}”; it has: {self._names()}.")
        strings, dates = self._strings(), self._dates()
        rows = _Rows(out, self._limits)
        for sheet in chosen:
            reader = SheetReader(strings, dates, self._limits, rows.add, is_from_1904=self._is_from_1904)
            reader.read(self._archive.open(sheet.part))
            if rows.count:
                return sheet.name
        raise Unopened(f"The sheet “{name}” is empty." if name else "The workbook is empty.")

    def _names(self) -> str:
        return ", ".join(sheet.name for sheet in self.sheets[:10])

    def _strings(self) -> Strings:
        part = self._by_kind.get("sharedStrings", "")
        return read_strings(self._archive.open(part), self._limits) if part in self._archive else Strings(self._limits)

    def _dates(self) -> frozenset[str]:
        """The styles of cells whose number is a date."""
        part = self._by_kind.get("styles", "")
        if part not in self._archive:
            return frozenset()
        codes: dict[str, bool] = {str(number): True for number in DATES}
        found: set[str] = set()
        position = 0
        is_of_cells = False

        def note(tag: str, attributes: Attributes) -> None:
            nonlocal position, is_of_cells
            if tag == "numFmt":
                codes[attributes.get("numFmtId", "")] = is_date(attributes.get("formatCode", ""))
            elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                is_of_cells = tag == "cellXfs"
            elif tag == "xf" and is_of_cells:
                if codes.get(attributes.get("numFmtId", "")):
                    found.add(str(position))
                position += 1

        self._read_elements(part, note)
        return frozenset(found)

    def _note_sheet(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self._is_from_1904 = attributes.get("date1904") in ("1", "true")
        if tag != "sheet":
            return
        if len(self.sheets) == self._limits.sheets:
            raise Unopened(f"The workbook has more than {self._limits.sheets} sheets: save the one you mean as CSV.")
        key = next((value for name, value in attributes.items() if LOCAL[name] == "id" and name != "id"), "")
        kind, part = self._parts.get(key, ("", ""))
        if kind == "worksheet":
            self.sheets.append(Sheet(attributes.get("name", "")[:NAME_CHARACTERS], part))
        elif not kind:
            raise Unopened(DAMAGED)

    def _relations(self, part: str, folder: str) -> list[tuple[str, str]]:
        """The kind of each relation and the part it leads to."""
        return [found for _, found in self._keyed_relations(part, folder)]

    def _keyed_relations(self, part: str, folder: str | None = None) -> list[tuple[str, tuple[str, str]]]:
        found: list[tuple[str, tuple[str, str]]] = []
        within = self._folder if folder is None else folder

        def note(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                place = target.lstrip("/") if target.startswith("/") else posixpath.join(within, target)
                kind = posixpath.basename(attributes.get("Type", ""))
                found.append((attributes.get("Id", ""), (kind, posixpath.normpath(place))))

        if part in self._archive:
            self._read_elements(part, note)
        return found

    def _read_elements(self, part: str, note: Callable[[str, Attributes], None]) -> None:
        by = parser()
        by.StartElementHandler = lambda name, attributes: note(LOCAL[name], attributes)
        parse(self._archive.open(part), by)


class _Rows:
    """Counts rows while it writes them."""

    def __init__(self, out: TextIO, limits: Limits) -> None:
        self._writer = csv.writer(out, lineterminator="\n")
        self._limits = limits
        self._width = 0
        self.count = 0

    def add(self, cells: list[str]) -> None:
        self._width = self._width or len(cells)
        if self.count > self._limits.rows:
            raise Unopened(f"The sheet has more than {self._limits.rows:,} rows: cut it into several.")
        if len(cells) < self._width:
            cells.extend([""] * (self._width - len(cells)))
        self._writer.writerow(cells)
        self.count += 1
