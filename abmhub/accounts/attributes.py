"""Custom attributes in the database: the typed value of one, and the index that makes it a filter."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.utils import formats
from psycopg.sql import SQL, Composable, Identifier, Literal

from abmhub.accounts.models import Account, Attribute
from abmhub.accounts.models.attribute import AttributeValue
from abmhub.core import sql

# The first half of an advisory lock; the second is nothing. It dies with the connection, as the worker does.
INDEXING = 0x1AD
INDEX_PREFIX = "attribute_"

NUMBER = SQL("CASE WHEN jsonb_typeof({values} -> {code}) = 'number' THEN ({values} ->> {code})::numeric END")
YES_NO = SQL("CASE {values} -> {code} WHEN 'true'::jsonb THEN 'yes' WHEN 'false'::jsonb THEN 'no' END")
TEXT = SQL("nullif({values} ->> {code}, '')")


def expression_of(attribute: Attribute, *, account: str = "account") -> Composable:
    """The value of the attribute on the account of that alias, as its index has it: NULL where nobody knows it.

    A number, and so money, is numeric; yes or no is 'yes' or 'no'; a date is its ISO text, which sorts as dates do.
    """
    return _value_in(attribute, Identifier(account, "attributes"))


def _value_in(attribute: Attribute, values: Composable) -> Composable:
    shape = NUMBER if attribute.is_measured else YES_NO if attribute.kind == Attribute.Kind.YES_NO else TEXT
    return shape.format(values=values, code=Literal(attribute.code))


def value_of(account: Account, attribute: Attribute) -> AttributeValue | None:
    """What we know of it; None when nobody knows."""
    value: AttributeValue | None = account.attributes.get(attribute.code)
    return None if value == "" else value


def shown(attribute: Attribute, value: AttributeValue | None) -> str:
    """The value as a person reads it; empty when it is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        unit = settings.ABMHUB_BUSINESS_CURRENCY if attribute.kind == Attribute.Kind.MONEY else attribute.unit
        return f"{formats.number_format(value, force_grouping=True)} {unit}".strip()
    if attribute.kind == Attribute.Kind.DATE:
        return formats.date_format(date.fromisoformat(value), "j M Y")
    return value


def uses_of(attribute: Attribute) -> dict[str, int]:
    """How many accounts have each value of a choice."""
    expression = expression_of(attribute)
    return {row["value"]: row["accounts"] for row in sql.rows("accounts/attribute_uses", {"value": expression})}


def index_of(attribute: Attribute) -> str:
    """The name of its index. The kind is part of it, because an attribute of another kind needs another index."""
    return f"{INDEX_PREFIX}{attribute.kind}_{attribute.code}"


def index_attributes(*, at: datetime) -> list[str]:
    """Make the indexes that filters need and have not, drop those that none needs; returns the names of both.

    Readers and writers go on meanwhile, which no transaction allows: so it may break off anywhere, and goes on
    when it is called again. An index that was left half made is dropped and made anew. Twice at once is once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [INDEXING])
        if not cursor.fetchone()[0]:
            return []
        try:
            return _index(at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [INDEXING])


def _index(at: datetime) -> list[str]:
    wanted = {index_of(attribute): attribute for attribute in Attribute.objects.in_use().filter(is_filter=True)}
    there = {row["name"]: row["is_whole"] for row in sql.rows("accounts/attribute_indexes")}
    dropped = [name for name, is_whole in there.items() if name not in wanted or not is_whole]
    made = [name for name in wanted if name not in there or name in dropped]
    for name in dropped:
        sql.run("accounts/drop_attribute_index", {"name": Identifier(name)})
    for name in made:
        expression = _value_in(wanted[name], Identifier("attributes"))
        sql.run("accounts/make_attribute_index", {"name": Identifier(name), "expression": expression})
    if made:
        # An index over an expression has statistics of its own, and without them it is not chosen.
        sql.run("accounts/analyze")
    is_there = [attribute.pk for attribute in wanted.values()]
    Attribute.objects.filter(pk__in=is_there, indexed_at=None).update(indexed_at=at)
    Attribute.objects.exclude(pk__in=is_there).exclude(indexed_at=None).update(indexed_at=None)
    return [*dropped, *made]
