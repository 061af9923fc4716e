"""A page of a list so long that nobody may look at all of it, whatever it is narrowed to.

The planner says beforehand whether few rows pass the filters or many. A few are collected, counted and sorted. Of many
the order is walked from the place of the page on, until it is full: soon, unless those that pass stand at the other
end, as the accounts of an owner of poor ones do by priority. So the walk ends after `STEPS` rows. Then the keys of all
that passes are gathered, and the index of the order is walked without a look at any row but those whose key is there.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic

from django.db import models
from django.db.models import Count, F, Func, QuerySet, Window
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.http import HttpRequest

from abmhub.web.paging import COUNT_LIMIT, Page, Place, Row

FEW, DEAR = 12_000, 25_000
"""So many rows are found, counted and sorted within some 30 ms, if the planner charges no more for finding them."""
THIN = 2_000
"""So few stand too far apart, as a rule: they are collected whatever it costs."""
STEPS, MOST_STEPS = 5_000, 20_000
"""So many rows of an order are looked at within some 15 ms; up to the latter, where all else is dearer still."""
MOST_GATHERED = 200_000
"""The keys of so many find room in a hash table within the memory that PostgreSQL allows as it is shipped. Of more it
would make a list, and read it for each row anew."""


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A page, and how many rows all pages have together."""

    page: Page[Row]
    number: int
    is_counted: bool

    @property
    def count(self) -> str:
        """As people read it: exact up to 10,000, beyond that and where counting is dear as "about 430,000"."""
        if self.is_counted and self.number <= COUNT_LIMIT:
            return f"{self.number:,}"
        return f"about {round(self.number, 2 - len(str(self.number))):,}"


@dataclass(frozen=True)
class Search(Generic[Row]):
    """The rows that pass the filters, the place in their order where a page begins, how many rows it has at most,
    and what gives rows all that a page shows of them."""

    rows: QuerySet[Row]
    place: Place
    at_most: int
    beside: Callable[[QuerySet[Row]], QuerySet[Row]]

    def collected(self) -> tuple[list[Row], int]:
        """All that pass are found at one go, counted and sorted. Returns how many, too."""
        first = Coalesce(self.place.columns[0], self.place.columns[0])  # Disguised: no index is walked for it.
        order = [first.desc() if self.place.falling else first.asc(), *self.place.order[1:]]
        counted = self.rows.annotate(is_here=self.place.is_beyond(), number=Window(Count("pk")))
        found = list(counted.order_by("-is_here", *order).values_list("pk", "is_here", "number")[: self.at_most])
        keys = [key for key, is_here, _ in found if is_here]
        return list(self._shown(keys)) if keys else [], found[0][2] if found else 0

    def walked(self, steps: int) -> list[Row] | None:
        """The order is walked for so many steps; None if that does not fill the page and there are more."""
        index, place = self._index()
        # None of it is empty; said, it lets the database begin with the table of the order.
        placed = self.rows.filter(**{f"{self.place.columns[0]}__isnull": False})
        ahead = placed.filter(self.place.is_beyond()).order_by(*self.place.order).values("pk")
        for end in index.values_list(*place.columns)[steps : steps + 1]:
            found = list(self._shown(ahead.filter(self.place.is_up_to(end))[: self.at_most]))
            return found if len(found) == self.at_most else None
        return list(self._shown(ahead[: self.at_most]))

    def gathered(self) -> list[Row]:
        """The index of the order is walked for rows whose keys are among those of all that pass."""
        index, place = self._index()
        key = place.columns[-1]
        passing = In(F(key), self.rows.order_by().values("pk"))
        # As a plain condition it would become a join, which knows no order.
        passes = Func(passing, template="(%(expressions)s) IS TRUE", output_field=models.BooleanField())
        return list(self._shown(index.filter(passes).values(key)[: self.at_most]))

    def _shown(self, keys: Any) -> QuerySet[Row]:
        every = self.rows.model._default_manager.filter(pk__in=keys)
        return self.beside(every).order_by(*self.place.order)

    def _index(self) -> tuple[QuerySet[Any], Place]:
        """What the index of the order has from the place on, and the place as its own table has it."""
        path = self.place.columns[0].rpartition("__")[0]
        place = replace(self.place, columns=tuple(name.removeprefix(f"{path}__") for name in self.place.columns))
        model: Any = self.rows.model._meta.get_field(path).related_model if path else self.rows.model
        known = model._default_manager.filter(**{f"{place.columns[0]}__isnull": False})
        return known.filter(place.is_beyond()).order_by(*place.order), place


def found_page(
    rows: QuerySet[Row],
    request: HttpRequest,
    *,
    by: tuple[str, ...],
    size: int,
    beside: Callable[[QuerySet[Row]], QuerySet[Row]],
) -> Found[Row]:
    """The page that the address asks for, in the order of `by` as `page_of` has it, in three or four queries.

    `beside` gives rows all that a page shows of them. The columns of the order belong to one table, of which an
    index has them, and the last of them is the key of the rows.
    """
    place = Place.asked_for(rows, request, by=by)
    search = Search(rows, place, size + 1, beside)
    expected, cost = _expected(rows)
    found, number = None, None
    if expected > FEW or (expected > THIN and cost > DEAR):
        found = search.walked(min(max(STEPS, round(cost / 4)), MOST_STEPS))
        if found is None and FEW < expected <= MOST_GATHERED:
            found = search.gathered()
    if found is None:
        found, number = search.collected()
    page = place.page(found, request, size=size)
    if page.is_all:
        number = len(found)
    return Found(page, max(expected, size + 1) if number is None else number, is_counted=number is not None)


def _expected(rows: QuerySet[Any]) -> tuple[int, float]:
    """How many there are as the planner thinks, and what finding them costs: at the same price however many."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))[0]["Plan"]
    return plan["Plan Rows"], plan["Total Cost"]
