"""Rows as a CSV file, sent while they are read, so that a million of them need no memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

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
