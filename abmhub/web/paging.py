"""Keyset paging: a page is found by the row it follows, so page 6,000 costs what page 1 costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

Row = TypeVar("Row", bound=models.Model)

# Beyond this an exact count is slow and tells nobody more.
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the paths of their neighbours with the filters kept; empty at an end."""

    rows: list[Row]
    previous_url: str = ""
    next_url: str = ""

    @property
    def is_all(self) -> bool:
        """Whether there are no rows but these."""
        return not self.previous_url and not self.next_url


@dataclass(frozen=True)
class Place:
    """Where a page begins in an order, and which way the rows are read from there.

    `mark` has the values of the row that the page follows; without one it is the first page, or the last
    if it is read backwards.
    """

    columns: tuple[str, ...]
    falling: bool
    mark: tuple[Any, ...] | None = None
    is_backwards: bool = False

    @classmethod
    def asked_for(cls, rows: models.QuerySet[Any], request: HttpRequest, *, by: Sequence[str]) -> "Place":
        """The place that the address names with `after` or `before`; the beginning, if somebody mangled it."""
        columns = tuple(name.removeprefix("-") for name in by)
        descending = by[0].startswith("-")
        backwards = "before" in request.GET
        mark = _read(rows, columns, request.GET.get("before" if backwards else "after", ""))
        backwards = backwards and mark is not None
        return cls(columns, descending != backwards, mark, backwards)

    @property
    def order(self) -> list[OrderBy]:
        return [F(column).desc() if self.falling else F(column).asc() for column in self.columns]

    def is_beyond(self) -> models.expressions.Combinable:
        """Whether a row stands on this page or on a later one."""
        if self.mark is None:
            return models.Value(value=True)
        return self._compared(self.mark, "<" if self.falling else ">")

    def is_up_to(self, end: Sequence[Any]) -> models.Func:
        """Whether a row stands before this one, or is it."""
        return self._compared(end, ">=" if self.falling else "<=")

    def is_with_or_before(self, value: Any) -> models.Q:
        """Whether a row has this value of the first column, or stands before those that have.

        The value is disguised: a planner that sees how many there are does not believe that an index helps.
        """
        return self._bounded("gte" if self.falling else "lte", value)

    def is_with_or_after(self, value: Any) -> models.Q:
        """Whether a row has this value of the first column, or stands after those that have; disguised likewise."""
        return self._bounded("lte" if self.falling else "gte", value)

    def page(self, found: list[Row], request: HttpRequest, *, size: int) -> "Page[Row]":
        """The page whose rows were found from here on, one more than it has if there are any."""
        has_more, shown = len(found) > size, found[:size]
        if self.is_backwards:
            shown.reverse()
        has_previous = has_more if self.is_backwards else self.mark is not None
        has_next = self.is_backwards or has_more
        return Page(
            shown,
            previous_url=_path(request, "before", shown[0], self.columns) if shown and has_previous else "",
            next_url=_path(request, "after", shown[-1], self.columns) if shown and has_next else "",
        )

    def _bounded(self, comparison: str, value: Any) -> models.Q:
        hidden = models.Func(models.Value(value), template="(SELECT %(expressions)s)")
        return models.Q(**{f"{self.columns[0]}__{comparison}": hidden})

    def _compared(self, values: Sequence[Any], comparison: str) -> models.Func:
        return models.Func(
            models.Func(*(F(column) for column in self.columns), function="ROW"),
            models.Func(*(models.Value(value) for value in values), function="ROW"),
            template="%(expressions)s",
            arg_joiner=f" {comparison} ",
            output_field=models.BooleanField(),
        )


def page_of(
    rows: models.QuerySet[Row],
    request: HttpRequest,
    *,
    by: Sequence[str],
    size: int = 50,
    beside: Callable[[models.QuerySet[Row]], models.QuerySet[Row]] | None = None,
) -> Page[Row]:
    """The page that the address asks for with `after` or `before`, in one query.

    `beside` gives rows what a page shows of others; it costs a query more, and is asked for the rows of the page
    alone: where no index serves the order, what stands beside all rows would be read before they are sorted.

    `by` names the columns of the order, also of related rows ("standing__priority"): all ascending or
    all (with "-") descending, none of them empty and the last of them unique. One comparison of rows then
    finds the place, and one index serves it. An address that somebody mangled gives the first page.

    That index is walked until the page is full, past all that a filter leaves out: where that may be
    nearly everything, see `long_list`.
    """
    place = Place.asked_for(rows, request, by=by)
    found = rows.filter(place.is_beyond()).order_by(*place.order)
    if beside is None:
        return place.page(list(found[: size + 1]), request, size=size)
    keys = list(found.values_list("pk", flat=True)[: size + 1])
    return place.page(list(beside(rows.filter(pk__in=keys)).order_by(*place.order)), request, size=size)


def capped_count(rows: models.QuerySet[Any]) -> str:
    """How many there are, as people read it: exact up to 10,000, then "10,000+"."""
    return capped(rows.order_by().values("pk")[: COUNT_LIMIT + 1].count())


def capped(number: int) -> str:
    """The same of what was counted up to one more than that."""
    return f"{COUNT_LIMIT:,}+" if number > COUNT_LIMIT else f"{number:,}"


def path_with(request: HttpRequest, **changes: str) -> str:
    """The first page of this list with some parameters changed; empty ones are taken away."""
    query = request.GET.copy()
    empty = [name for name, values in query.lists() if not any(values)]
    for name in ("after", "before", *empty, *changes):
        query.pop(name, None)
    query.update({name: value for name, value in changes.items() if value})
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _read(rows: models.QuerySet[Any], columns: Sequence[str], text: str) -> tuple[Any, ...] | None:
    try:
        values = json.loads(text)
        return tuple(_understood(rows, column, value) for column, value in zip(columns, values, strict=True))
    except (TypeError, ValueError, OverflowError, RecursionError, ValidationError):
        return None


def _understood(rows: models.QuerySet[Any], column: str, value: object) -> Any:
    """A value from an address as its column has it. Raises for nonsense."""
    if isinstance(value, str) and ("\0" in value or not value.isprintable()):
        raise ValueError("PostgreSQL has no such text.")
    if not isinstance(value, str | int):
        raise TypeError("A place in a list is made of plain values.")
    return F(column).resolve_expression(rows.all().query).output_field.to_python(value)


def _path(request: HttpRequest, direction: str, row: Row, columns: Sequence[str]) -> str:
    # As text a moment keeps its microseconds; Django's own encoder drops them, and rows with them.
    mark = json.dumps([_value(row, column) for column in columns], default=str, separators=(",", ":"))
    return path_with(request, **{direction: mark})


def _value(row: models.Model, column: str) -> Any:
    value: Any = row
    for name in column.split("__"):
        value = getattr(value, name)
    return value
