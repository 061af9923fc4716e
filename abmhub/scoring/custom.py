"""Custom attributes as criteria and conditions ask about them. A date is asked for its year."""

from collections.abc import Iterable
from decimal import Decimal

from psycopg.sql import SQL, Composable

from abmhub.accounts import attributes
from abmhub.accounts.models import Account, Attribute

Kind = Attribute.Kind
MEASURED = (*Attribute.MEASURED, Kind.DATE)
"""Kinds with a minimum and a maximum; the others are one of a set of words."""

_YEAR = SQL("substring({} FROM '^[0-9]{{4}}')::numeric")


def expression_of(attribute: Attribute) -> Composable:
    """The value on "account": a number for a measured attribute, else text; NULL where it is not known."""
    expression = attributes.expression_of(attribute)
    return _YEAR.format(expression) if attribute.kind == Kind.DATE else expression


def value_of(account: Account, attribute: Attribute) -> Decimal | str | None:
    """The twin of `expression_of`."""
    value = attributes.value_of(account, attribute)
    match attribute.kind:
        case Kind.NUMBER | Kind.MONEY:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return Decimal(str(value)) if is_number else None
        case Kind.YES_NO:
            return {True: "yes", False: "no"}[value] if isinstance(value, bool) else None
        case Kind.DATE:
            year = str(value or "")[:4]
            return Decimal(year) if len(year) == 4 and year.isascii() and year.isdigit() else None
    return None if value is None else str(value)


def understood(attribute: Attribute, words: Iterable[str]) -> list[str]:
    """The words of a criterion or condition as values of the attribute are written. Raises ValidationError."""
    found = [attribute.understood(word) for word in words]
    return [{True: "yes", False: "no"}[each] if isinstance(each, bool) else str(each) for each in found]
