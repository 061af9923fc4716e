"""A page of a list so long that nobody may look at all of it, whatever it is narrowed to.

The planner says beforehand whether few rows pass the filters or many. A few are collected, counted and sorted. Of many
the order is walked from the place of the page on, until it is full: soon, unless those that pass stand at the other
end, as the accounts of an owner of poor ones do by priority. Where the index of the order has all that the filters ask
for, it answers alone, to its end if need be. Otherwise the walk ends after `STEPS` rows. Then,

- if the filters ask for nothing but the table of the order, a sample tells where the page will end: what passes up to
  there is found by the indexes of order and filters together, without a look at other rows, and sorted;
- or else the keys of all that pass are gathered, and the index of the order is walked without a look at any row but
  those whose key is there.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic

from django.db import models
from django.db.models import Count, F, Func, Q, QuerySet, Window
from django.db.models.expressions import Col
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.db.models.sql import Query
from django.http import HttpRequest

from abmhub.web.paging import COUNT_LIMIT, Page, Place, Row

FEW, DEAR = 12_000, 25_000
"""So many rows are found, counted and sorted within some 30 ms, if the planner charges no more for finding them."""
THIN = 2_000
"""So few stand too far apart, as a rule: they are collected whatever it costs."""
STEPS, MOST_STEPS = 3_000, 20_000
"""So many rows of an order are looked at within some 8 ms; up to the latter, where all else is dearer still."""
MOST_GATHERED = 900_000
"""The keys of so many find room in a hash table within the memory that settings.py asks for. Of more the database would
make a list, and read it for each row anew."""


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
        return f"about {_rounded(self.number):,}"


@dataclass(frozen=True)
class Search(Generic[Row]):
    """The rows that pass the filters, the place in their order where a page begins, how many rows it has at most,
    what gives rows all that a page shows of them, and which few rows stand for all."""

    rows: QuerySet[Row]
    place: Place
    at_most: int
    beside: Callable[[QuerySet[Row]], QuerySet[Row]]
    sample: Q

    def collected(self) -> tuple[list[Row], int]:
        """All that pass are found at one go, counted and sorted. Returns how many, too."""
        counted = self.rows.annotate(is_here=self.place.is_beyond(), number=Window(Count("pk")))
        order = ("-is_here", *self._order_by_itself())
        found = list(counted.order_by(*order).values_list("pk", "is_here", "number")[: self.at_most])
        keys = [key for key, is_here, _ in found if is_here]
        return self._with_beside(keys) if keys else [], found[0][2] if found else 0

    def of_many(self, expected: int, cost: float) -> list[Row] | None:
        """Of so many nobody counts each; None if they are not so many that finding all would be dear."""
        asked = self._asked()
        if asked <= self._told():
            return self.walked()
        is_beside = asked <= set(self._model()._meta.fields)
        is_dear = expected <= FEW
        found = self.walked(min(max(STEPS, round(cost / 4)), MOST_STEPS) if is_dear else STEPS)
        if found is not None or is_dear:
            return found
        found = self.combined() if is_beside else None
        if found is not None:
            return found
        if is_beside or expected > MOST_GATHERED:
            return self.sorted()
        return self.gathered()

    def walked(self, steps: int | None = None) -> list[Row] | None:
        """The order is walked, for so many steps if it shall end; None if that fills no page and there are more."""
        # None of it is empty; said, it lets the database begin with the table of the order.
        placed = self.rows.filter(**{f"{self.place.columns[0]}__isnull": False})
        ahead = placed.filter(self.place.is_beyond()).order_by(*self.place.order)
        index, place = self._index()
        for end in index.values_list(*place.columns)[steps : steps + 1] if steps is not None else ():
            found = self._shown(ahead.filter(self.place.is_up_to(end)))
            return found if len(found) == self.at_most else None
        return self._shown(ahead)

    def combined(self) -> list[Row] | None:
        """What passes up to where the page will end is found by the indexes of filters and order together, and sorted.
        None if the sample was wrong, or has none that tells."""
        column = self.place.columns[0]
        sampled = self._found().filter(self.sample).values_list(column, flat=True)
        # Before the second of one in 499 stand hundreds; that fewer than a page do is one chance in a thousand.
        for end in sampled[1:2]:
            bounds = [self.place.is_with_or_before(end)]
            if self.place.mark is not None:
                bounds.append(self.place.is_with_or_after(self.place.mark[0]))
            found = self._shown(self._found().filter(*bounds))
            return found if len(found) == self.at_most else None
        return None

    def sorted(self) -> list[Row]:
        """All that pass are found and sorted, and not counted."""
        return self._shown(self._found())

    def gathered(self) -> list[Row]:
        """The index of the order is walked for rows whose keys are among those of all that pass."""
        index, place = self._index()
        key = place.columns[-1]
        passing = In(F(key), self.rows.order_by().values("pk"))
        # As a plain condition it would become a join, which knows no order.
        return self._shown(index.filter(_for_each(passing)), key)

    def _found(self) -> QuerySet[Row]:
        """All that pass from the place on, sorted without a walk of the order."""
        return self.rows.filter(_for_each(self.place.is_beyond())).order_by(*self._order_by_itself())

    def _shown(self, found: QuerySet[Any], key: str = "pk") -> list[Row]:
        """The first of them, with all that a page shows of each."""
        return self._with_beside(found.values(key)[: self.at_most])

    def _with_beside(self, keys: Any) -> list[Row]:
        every = self.rows.model._default_manager.filter(pk__in=keys)
        return list(self.beside(every).order_by(*self.place.order))

    def _index(self) -> tuple[QuerySet[Any], Place]:
        """What the index of the order has from the place on, and the place as its own table has it."""
        path = self.place.columns[0].rpartition("__")[0]
        place = replace(self.place, columns=tuple(name.removeprefix(f"{path}__") for name in self.place.columns))
        known = self._model()._default_manager.filter(**{f"{place.columns[0]}__isnull": False})
        return known.filter(place.is_beyond()).order_by(*place.order), place

    def _model(self) -> type[models.Model]:
        """That of the table which knows the order."""
        path = self.place.columns[0].rpartition("__")[0]
        found: Any = self.rows.model._meta.get_field(path).related_model if path else self.rows.model
        model: type[models.Model] = found
        return model

    def _order_by_itself(self) -> list[Any]:
        """The order, disguised so that no index is walked for it."""
        first = Coalesce(self.place.columns[0], self.place.columns[0])
        return [first.desc() if self.place.falling else first.asc(), *self.place.order[1:]]

    def _asked(self) -> set[Any]:
        """The columns that the filters ask for, but the key."""
        leaves = self.rows.query.where.leaves()
        return {column.target for leaf in leaves for column in _columns_of(leaf)} - {self.rows.model._meta.pk}

    def _told(self) -> set[Any]:
        """The columns that the index of the order has."""
        _, place = self._index()
        fields = self._model()._meta

        def of(names: Iterable[str]) -> list[Any]:
            return [fields.pk if name == "pk" else fields.get_field(name) for name in names]

        ordered = of(place.columns)
        indexes = [index for index in fields.indexes if of(name for name, _ in index.fields_orders) == ordered]
        return {*ordered, *(column for index in indexes for column in of(index.include))}


def _columns_of(condition: Any) -> Iterator[Col]:
    """Of a query in a filter those that it has of the row: the database asks it last, of rows that pass the others."""
    for part in condition.flatten():
        if isinstance(part, Col):
            yield part
        elif isinstance(part, Query):
            yield from part.get_external_cols()


def _for_each(condition: models.expressions.Combinable) -> Func:
    """A condition that each row is asked: the database walks no index for it, and makes no join of it."""
    return Func(condition, template="(%(expressions)s) IS TRUE", output_field=models.BooleanField())


def found_page(
    rows: QuerySet[Row],
    request: HttpRequest,
    *,
    by: tuple[str, ...],
    size: int,
    beside: Callable[[QuerySet[Row]], QuerySet[Row]],
    sample: Q,
) -> Found[Row]:
    """The page that the address asks for, in the order of `by` as `page_of` has it, in two to five queries.

    `beside` gives rows all that a page shows of them; `sample` names some that stand for all. The columns of the order
    belong to one table, of which an index has them, and the last of them is the key of the rows.
    """
    place = Place.asked_for(rows, request, by=by)
    search = Search(rows, place, size + 1, beside, sample)
    expected, cost = _expected(rows)
    found, number = None, None
    if expected > FEW or (expected > THIN and cost > DEAR):
        found = search.of_many(expected, cost)
    if found is None:
        found, number = search.collected()
    page = place.page(found, request, size=size)
    if page.is_all:
        number = len(found)
    return Found(page, max(expected, size + 1) if number is None else number, is_counted=number is not None)


def expected_number(rows: QuerySet[Any]) -> int:
    """How many there are as the planner thinks, in round figures."""
    return _rounded(_expected(rows)[0])


def is_dear(rows: QuerySet[Any]) -> bool:
    """Whether to look at all of them would be dear, as the planner thinks."""
    expected, cost = _expected(rows)
    return expected > FEW or cost > DEAR


def _rounded(number: int) -> int:
    """To two figures: nobody counted it."""
    return round(number, 2 - len(str(number)))


def _expected(rows: QuerySet[Any]) -> tuple[int, float]:
    """How many there are as the planner thinks, and what finding them costs: at the same price however many."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))[0]["Plan"]
    return plan["Plan Rows"], plan["Total Cost"]
