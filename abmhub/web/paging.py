"""Keyset paging: a page is found by the row it follows, so page 6,000 costs what page 1 costs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

Row = TypeVar("Row", bound=models.Model)

# Beyond this an exact count is slow and tells nobody more.
COUNT_LIMIT = 10_000
# An estimate may be wrong, but hardly so much that there are fewer than the limit.
SURELY_MORE = 3 * COUNT_LIMIT
# What the planner charges for some 30 ms: no count is worth more.
DEAR = 30_000
# A limit that none reaches. The planner does not look past one: it finds the rows first, and then does the rest.
NO_LIMIT = 10**9


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


def page_of(
    rows: models.QuerySet[Row], request: HttpRequest, *, by: Sequence[str], size: int = 50, few: bool = False
) -> Page[Row]:
    """The page that the address asks for with `after` or `before`, in one query.

    `by` names the columns of the order, also of related rows ("standing__priority"): all ascending or
    all (with "-") descending, none of them empty and the last of them unique. One comparison of rows then
    finds the place, and one index serves it. An address that somebody mangled gives the first page.

    That index is walked until the page is full, past all that a filter leaves out: should that be nearly
    everything, say `few`, and the rows are collected and sorted instead.
    """
    columns = [name.removeprefix("-") for name in by]
    descending = by[0].startswith("-")
    backwards = "before" in request.GET
    mark = _read(rows, columns, request.GET.get("before" if backwards else "after", ""))
    backwards = backwards and mark is not None
    falling = descending != backwards
    if mark is not None:
        rows = rows.filter(_beyond(columns, mark, "<" if falling else ">"))
    found = list(_ordered(rows, columns, falling=falling, few=few)[: size + 1])
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


def capped_count(rows: models.QuerySet[Any]) -> str:
    """How many there are, as people read it: exact up to 10,000, then "10,000+"."""
    number = rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    return f"{COUNT_LIMIT:,}+" if number > COUNT_LIMIT else f"{number:,}"


@dataclass(frozen=True)
class Estimate:
    """What the database expects when it plans: how many rows, and what finding them all costs."""

    rows: int
    cost: float


def estimated(rows: models.QuerySet[Any]) -> Estimate:
    """How many there are, about; at the same price however many."""
    plan = json.loads(rows.order_by().explain(format="json"))[0]["Plan"]
    return Estimate(plan["Plan Rows"], plan["Total Cost"])


def about_count(rows: models.QuerySet[Any], estimate: Estimate, page: Page[Any]) -> str:
    """How many there are, as people read it: exact up to 10,000, beyond that as "about 430,000". So too where
    counting would keep people waiting, unless the page has all there are."""
    if estimate.cost > DEAR and page.is_all:
        return f"{len(page.rows):,}"
    if estimate.cost <= DEAR and estimate.rows <= SURELY_MORE:
        number = rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
        if number <= COUNT_LIMIT:
            return f"{number:,}"
    number = max(estimate.rows, len(page.rows) + 1 if estimate.cost > DEAR else COUNT_LIMIT)
    return f"about {round(number, 2 - len(str(number))):,}"


def path_with(request: HttpRequest, **changes: str) -> str:
    """The first page of this list with some parameters changed; empty ones are taken away."""
    query = request.GET.copy()
    empty = [name for name, values in query.lists() if not any(values)]
    for name in ("after", "before", *empty, *changes):
        query.pop(name, None)
    query.update({name: value for name, value in changes.items() if value})
    return f"{request.path}?{query.urlencode()}" if query else request.path


def found_first(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """The same rows, which the database finds before it looks at anything beside them."""
    return rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")[:NO_LIMIT])


def _ordered(rows: models.QuerySet[Row], columns: Sequence[str], *, falling: bool, few: bool) -> models.QuerySet[Row]:
    """In the order of these columns; of a few, the first is disguised, so that no index can be walked."""
    order = [models.F(column).desc() if falling else models.F(column).asc() for column in columns]
    if few:
        disguised = models.Func(models.F(columns[0]), models.F(columns[0]), function="COALESCE")
        order[0] = disguised.desc() if falling else disguised.asc()
    return rows.order_by(*order)


def _read(rows: models.QuerySet[Any], columns: Sequence[str], text: str) -> list[Any] | None:
    try:
        values = json.loads(text)
        return [_understood(rows, column, value) for column, value in zip(columns, values, strict=True)]
    except (TypeError, ValueError, OverflowError, RecursionError, ValidationError):
        return None


def _understood(rows: models.QuerySet[Any], column: str, value: object) -> Any:
    """A value from an address as its column has it. Raises for nonsense."""
    if isinstance(value, str) and ("\0" in value or not value.isprintable()):
        raise ValueError("PostgreSQL has no such text.")
    if not isinstance(value, str | int):
        raise TypeError("A place in a list is made of plain values.")
    return models.F(column).resolve_expression(rows.all().query).output_field.to_python(value)


def _beyond(columns: Sequence[str], mark: Sequence[Any], comparison: str) -> models.Func:
    return models.Func(
        models.Func(*(models.F(column) for column in columns), function="ROW"),
        models.Func(*(models.Value(value) for value in mark), function="ROW"),
        template="%(expressions)s",
        arg_joiner=f" {comparison} ",
        output_field=models.BooleanField(),
    )


def _path(request: HttpRequest, direction: str, row: Row, columns: Sequence[str]) -> str:
    # As text a moment keeps its microseconds; Django's own encoder drops them, and rows with them.
    mark = json.dumps([_value(row, column) for column in columns], default=str, separators=(",", ":"))
    return path_with(request, **{direction: mark})


def _value(row: models.Model, column: str) -> Any:
    value: Any = row
    for name in column.split("__"):
        value = getattr(value, name)
    return value
