"""Rows as files: CSV, sent while they are read, so that a million of them need no memory, and workbooks."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets take a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"
LINES_AT_ONCE, READ_AT_ONCE = 500, 2_000
MOST_IN_A_BOOK = 50_000
"""A workbook is made in memory; longer lists are CSV, which is sent while it is read."""


Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""The titles of its columns, and its rows."""


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


def asked_table(request: HttpRequest, name: str, tables: Mapping[str, Callable[[], Table]]) -> HttpResponseBase | None:
    """One of the tables of a page as a file, if the address asks for one; None if it asks for the page.

    Raises Http404 for a table that the page does not have.
    """
    wish, which = request.GET.get("as"), request.GET.get("table", "")
    if not wish:
        return None
    if which not in tables:
        raise Http404("The page has no such table.")
    return table_response("-".join(filter(None, (name, which))), wish, *tables[which]())


def list_response(
    name: str, kind: str, header: Sequence[str], rows: QuerySet[Any], line: Callable[[Any], Sequence[Any]]
) -> HttpResponseBase:
    """A whole list as a file: CSV is sent while it is read; a list too long for a workbook comes as CSV as well."""
    if kind == "xlsx" and is_too_long(rows):
        kind = "csv"
    return table_response(name, kind, header, map(line, rows.iterator(chunk_size=READ_AT_ONCE)))


def is_too_long(rows: QuerySet[Any]) -> bool:
    """Whether a list is too long for a workbook."""
    return rows.order_by().values("pk")[: MOST_IN_A_BOOK + 1].count() > MOST_IN_A_BOOK


def exports_of(request: HttpRequest, table: str = "") -> list[tuple[str, str]]:
    """The files of what an address shows, or of one of its tables, with their addresses."""
    query = request.GET.copy()
    for name in ("after", "before", "table"):
        query.pop(name, None)
    if table:
        query["table"] = table
    found = []
    for kind in ("CSV", "XLSX"):
        query["as"] = kind.lower()
        found.append((kind, f"{request.path}?{query.urlencode()}"))
    return found


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
