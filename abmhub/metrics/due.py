"""Deals whose money is shared among the touches before them, as a part of statements."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import DateField, F, QuerySet, TextField, Value
from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.metrics import rows
from abmhub.metrics.attribution import Model
from abmhub.metrics.spans import Window
from abmhub.metrics.touches import MARKETING_SOURCES
from abmhub.pipeline.models import Stage


def deals(outcome: Stage.Kind, on: date) -> QuerySet[Any]:
    """The deals won in the year up to a day, or all that are open on it; each with the last day of a touch for it."""
    if outcome == Stage.Kind.WON:
        found = rows.won(Window.YEAR.first_day(on), on).annotate(until_on=F("closed_on"))
    else:
        found = rows.still_open(on, on).annotate(until_on=Value(on, output_field=DateField()))
    told: QuerySet[Any] = found.order_by().annotate(outcome=Value(outcome.value, output_field=TextField()))
    return told


def shares_of(found: list[QuerySet[Any]], values: sql.Values) -> Composable:
    """Their money in cents by touch and model; needs what is `asked`."""
    columns = ("id", "account_id", "outcome", "until_on", "number")
    either = SQL(" UNION ALL ").join(sql.rows_of(each.values(*columns), values) for each in found)
    return sql.part("metrics/shares", deals=either)


def asked() -> dict[str, Any]:
    """The parameters of the part."""
    return {"zone": settings.TIME_ZONE, "marketing": list(MARKETING_SOURCES), "models": list(Model.values)}
