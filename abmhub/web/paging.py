"""Keyset paging: a page is found by the row it follows, so page 6,000 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

Row = TypeVar("Row", bound=models.Model)

SEPARATOR = "~"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the paths of their neighbours with the filters kept; empty at an end."""

    rows: list[Row]
    previous_url: str = ""
    next_url: str = ""


def page_of(rows: models.QuerySet[Row], request: HttpRequest, *, by: Sequence[str], size: int = 50) -> Page[Row]:
    """The page that the address asks for with `after` or `before`.

    `by` names the columns of the order, all ascending or all (with "-") descending, none of them empty
    and the last of them unique. An address that somebody mangled gives the first page.
    """
    columns = [name.removeprefix("-") for name in by]
    descending = by[0].startswith("-")
    backwards = "before" in request.GET
    mark = _read(rows, columns, request.GET.get("before" if backwards else "after", ""))
    backwards = backwards and mark is not None
    if mark is not None:
        rows = rows.filter(_beyond(columns, mark, "lt" if descending != backwards else "gt"))
    sign = "-" if descending != backwards else ""
    found = list(rows.order_by(*(sign + column for column in columns))[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous = has_more if backwards else mark is not None
    has_next = backwards or has_more
    return Page(
        found,
        previous_url=_path(request, "before", found[0], columns) if found and has_previous else "",
        next_url=_path(request, "after", found[-1], columns) if found and has_next else "",
    )


def _read(rows: models.QuerySet[Row], columns: Sequence[str], text: str) -> list[Any] | None:
    values = text.split(SEPARATOR)
    if len(values) != len(columns):
        return None
    try:
        return [_field(rows, column).to_python(value) for column, value in zip(columns, values, strict=True)]
    except ValidationError:
        return None


def _field(rows: models.QuerySet[Row], column: str) -> Any:
    if column in rows.query.annotations:
        return rows.query.annotations[column].output_field
    return rows.model._meta.pk if column == "pk" else rows.model._meta.get_field(column)


def _beyond(columns: Sequence[str], mark: Sequence[Any], comparison: str) -> models.Q:
    """Rows after the mark in the order; the first column bounds the range so that its index serves."""
    found = models.Q()
    for last, column in enumerate(columns):
        same = models.Q(**dict(zip(columns[:last], mark[:last], strict=True)))
        found |= same & models.Q(**{f"{column}__{comparison}": mark[last]})
    return found & models.Q(**{f"{columns[0]}__{comparison}e": mark[0]})


def _path(request: HttpRequest, direction: str, row: Row, columns: Sequence[str]) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[direction] = SEPARATOR.join(str(getattr(row, column)) for column in columns)
    return f"{request.path}?{query.urlencode()}"
