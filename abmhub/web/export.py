"""Rows as files: CSV, sent while they are read, so that a million of them need no memory, and workbooks."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets take a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"
LINES_AT_ONCE = 500


def escaped(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The file as a download; `rows` are read as the browser takes them."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def table_response(name: str, kind: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """A table of a page as the file that somebody wants: xlsx, or else csv."""
    if kind == "xlsx":
        return xlsx_response(f"{name}.xlsx", header, rows)
    return csv_response(f"{name}.csv", header, rows)


def xlsx_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A workbook of one sheet; for tables that a page shows, not for a million rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    for row in ([*header], *rows):
        sheet.append([_cell(value) for value in row])
    file = BytesIO()
    book.save(file)
    return HttpResponse(
        file.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _cell(value: Any) -> Any:
    """What a workbook can hold: numbers, days and escaped texts without signs that it has no room for."""
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", escaped(str(value)))


class _Chunk(list[str]):
    """What csv.writer takes for a file: its lines gather here until they are sent."""

    def write(self, line: str) -> None:
        self.append(line)

    def taken(self) -> str:
        text = "".join(self)
        self.clear()
        return text


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    chunk = _Chunk([BYTE_ORDER_MARK])
    writer = csv.writer(chunk)
    writer.writerow(header)
    for row in rows:
        writer.writerow([escaped(value) for value in row])
        if len(chunk) >= LINES_AT_ONCE:
            yield chunk.taken()
    yield chunk.taken()
