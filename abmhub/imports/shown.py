"""A value as a person reads it in a list of changes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DateTimeField, Field

from abmhub.core.days import zone


def shown(value: Any, field: "Field[Any, Any] | None" = None) -> str:
    """The value of a column as JSON has it; empty for one that says nothing."""
    if value is None or value in ("", []):
        return ""
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(field, DateField):
        return _moment(datetime.fromisoformat(value)) if isinstance(field, DateTimeField) else _day(value)
    if isinstance(value, int | float | Decimal):
        # A year is no amount.
        return str(value) if field is not None and field.name.endswith("_year") else _number(Decimal(str(value)))
    return str(value)


def _number(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value.normalize():,f}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _moment(at: datetime) -> str:
    here = at.astimezone(zone())
    return f"{here.day} {here:%B %Y, %H:%M}"
