"""The statement that sums figures: rows that several of them share are read once, whatever is asked of each row."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Cast
from psycopg.sql import SQL, Composable, Identifier

from abmhub.core import sql
from abmhub.metrics.figures import Figure, Of, Rows
from abmhub.metrics.spans import By, Window


def summed(figures: Iterable[Figure], *, on: date, values: sql.Values) -> list[Composable]:
    """One statement for each kind of rows: the sums of its figures for a day, by the keys of all cuts at once."""
    families: dict[Hashable, list[Figure]] = {}
    for figure in figures:
        families.setdefault((figure.find, figure.of, figure.is_stock), []).append(figure)
    return [_Family(family).statement(on, values) for family in families.values()]


@dataclass
class _Family:
    """Figures of the same rows. What two of them ask of a row is a column once."""

    figures: list[Figure]
    conditions: dict[Any, str] = field(init=False)
    numbers: dict[Any, str] = field(init=False)

    def __post_init__(self) -> None:
        wheres = dict.fromkeys(figure.where for figure in self.figures if figure.where is not None)
        self.conditions = {where: f"is_{place}" for place, where in enumerate(wheres)}
        adds = dict.fromkeys(figure.adds for figure in self.figures)
        self.numbers = {number: f"adds_{place}" for place, number in enumerate(adds)}

    def statement(self, on: date, values: sql.Values) -> Composable:
        cuts = self.figures[0].cuts
        by = {name: Identifier(f"by_{name}") for name in cuts}
        keys = {
            f"by_{name}": SQL("coalesce({}::text, '')").format(by[name]) if name in by else SQL("NULL::text")
            for name in By
        }
        return sql.part(
            "metrics/summed",
            rows=sql.rows_of(self._rows(on), values),
            grouped=SQL(", ").join([SQL("span"), *by.values()]),
            sums=SQL(", ").join(self._sums()),
            told=SQL(", ").join(self._told(values)),
            **keys,
        )

    def _rows(self, on: date) -> Rows:
        """The rows as the night sums them: day, keys of their cuts, conditions and numbers."""
        shared = self.figures[0]
        found = shared.find(Window.YEAR.first_day(on), on).order_by()
        paths = dict(shared.cuts)
        if shared.of == Of.ACCOUNT:
            # Of all accounts few have a tier: the standings of the others, which change every night, need no look.
            found = found.annotate(in_tier=FilteredRelation("standing", condition=Q(standing__tier__isnull=False)))
            paths[By.TIER] = "in_tier__tier_id"
        day = Value(None) if shared.is_stock else F("told_on")
        columns: dict[str, Any] = {"on_day": Cast(day, models.DateField())}
        columns |= {f"by_{by}": F(path) for by, path in paths.items()}
        columns |= {
            name: Case(When(where, then=True), default=False, output_field=models.BooleanField())
            for where, name in self.conditions.items()
        }
        columns |= {name: F("number") if number is None else number for number, name in self.numbers.items()}
        keyed: Rows = found.annotate(**columns).values(*columns)
        return keyed

    def _column(self, figure: Figure) -> str:
        """What the sums of a figure end with: those that count the same share them."""
        return f"{self.numbers[figure.adds]}_{self.conditions.get(figure.where, 'all')}"

    def _sums(self) -> list[Composable]:
        known = {self._column(figure): figure for figure in self.figures}
        return [
            SQL(
                "count(*) {chosen} AS {rows}, count({number}) {chosen} AS {known},"
                " coalesce(sum({number}) {chosen}, 0)::numeric AS {amount}"
            ).format(
                chosen=SQL("FILTER (WHERE {})").format(Identifier(self.conditions[figure.where]))
                if figure.where is not None
                else SQL(""),
                number=Identifier(self.numbers[figure.adds]),
                **{name: Identifier(f"{name}_{column}") for name in ("rows", "known", "amount")},
            )
            for column, figure in known.items()
        ]

    def _told(self, values: sql.Values) -> list[Composable]:
        return [
            SQL("({}, {}, {}, {})").format(
                values.hold(figure.code),
                *(Identifier(f"{name}_{self._column(figure)}") for name in ("rows", "known", "amount")),
            )
            for figure in self.figures
        ]
