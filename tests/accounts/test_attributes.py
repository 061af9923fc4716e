"""Values of custom attributes: read by kind, shown to people, found through an index."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from psycopg.sql import SQL

from abmhub.accounts.attributes import expression_of, index_attributes, index_of, shown, value_of
from abmhub.accounts.models import Account, Attribute
from tests.at_once import at_once

Kind = Attribute.Kind


@pytest.fixture
def own(db: None) -> None:
    """An installation without the attributes that the product ships."""
    Attribute.objects.all().delete()


def attribute(code: str, kind: str, **fields: Any) -> Attribute:
    if kind == Kind.CHOICE:
        fields.setdefault("choices", ["Parcels", "Pallets"])
    return Attribute.objects.create(code=code, label=fields.pop("label", code.title()), kind=kind, **fields)


def found(known: Attribute, account: Account) -> Any:
    statement = SQL("SELECT {} FROM accounts_account AS account WHERE account.id = %s").format(expression_of(known))
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.cursor), [account.pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("kind", "text", "stored", "in_sql", "read"),
    [
        (Kind.NUMBER, "1,250", 1250, 1250, "1,250 parcels a month"),
        (Kind.NUMBER, "12.5", 12.5, 12.5, "12.5 parcels a month"),
        (Kind.MONEY, "-3000", -3000, -3000, "-3,000 USD"),
        (Kind.DATE, "2026-03-04", "2026-03-04", "2026-03-04", "4 Mar 2026"),
        (Kind.CHOICE, "pallets", "Pallets", "Pallets", "Pallets"),
        (Kind.YES_NO, "Y", True, "yes", "Yes"),
        (Kind.YES_NO, "no", False, "no", "No"),
        (Kind.TEXT, "  of  many ", "of many", "of many", "of many"),
    ],
)
def test_a_value_is_understood_stored_found_and_shown(
    account: Account, own: None, kind: str, text: str, stored: Any, in_sql: Any, read: str
) -> None:
    known = attribute("volume", kind, unit="parcels a month" if kind == Kind.NUMBER else "")
    account.attributes = {"volume": known.understood(text)}
    account.save()
    assert value_of(account, known) == stored
    assert found(known, account) == in_sql
    assert shown(known, value_of(account, known)) == read


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("stored", [{}, {"volume": None}, {"volume": ""}])
def test_it_is_unknown_where_nothing_was_said(account: Account, own: None, kind: str, stored: dict[str, Any]) -> None:
    known = attribute("volume", kind)
    account.attributes = stored
    account.save()
    assert value_of(account, known) is None
    assert found(known, account) is None
    assert shown(known, value_of(account, known)) == ""


def test_a_number_that_is_text_is_unknown_to_the_database_and_breaks_nothing(account: Account, own: None) -> None:
    known = attribute("volume", Kind.NUMBER)
    account.attributes = {"volume": "many"}
    account.save()
    assert found(known, account) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.NUMBER, "many"), (Kind.NUMBER, "NaN"), (Kind.MONEY, "1e30"), (Kind.DATE, "10/11/2016"),
        (Kind.CHOICE, "Crates"), (Kind.YES_NO, "maybe"), (Kind.TEXT, "x" * 501),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_what_is_wanted(kind: str, text: str) -> None:
    known = Attribute(code="volume", label="Volume", kind=kind, choices=["Parcels", "Pallets"])
    with pytest.raises(ValidationError):
        known.understood(text)


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid "
            "WHERE relname LIKE 'attribute\\_%' AND indrelid = 'accounts_account'::regclass AND indisvalid"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def committed(transactional_db: None) -> Any:
    """Indexes are made outside of transactions, and so outlive a test unless they are dropped."""
    Attribute.objects.all().delete()
    yield
    Attribute.objects.all().delete()
    with connection.cursor() as cursor:
        for name in indexes():
            cursor.execute(f'DROP INDEX "{name}"')


def plan(known: Attribute, value: Any) -> str:
    statement = SQL(
        "EXPLAIN SELECT id FROM accounts_account AS account WHERE {} = {}"
    ).format(expression_of(known), value)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(statement.as_string(cursor.cursor))
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET enable_seqscan")
    return "\n".join(lines)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_filter_of_any_kind_has_an_index_that_its_expression_uses(committed: None, kind: str, now: datetime) -> None:
    known = attribute("volume", kind, is_filter=True)
    assert index_attributes(at=now) == [index_of(known)]
    known.refresh_from_db()
    assert known.indexed_at == now
    assert index_of(known) in plan(known, 5 if known.is_measured else "5")


def test_indexes_follow_what_is_a_filter(committed: None, now: datetime) -> None:
    volume, budget = attribute("volume", Kind.NUMBER, is_filter=True), attribute("budget", Kind.MONEY)
    index_attributes(at=now)
    assert indexes() == {"attribute_number_volume"}
    assert index_attributes(at=now) == []

    Attribute.objects.filter(pk=budget.pk).update(is_filter=True)
    Attribute.objects.filter(pk=volume.pk).update(archived_at=now)
    index_attributes(at=now)
    assert indexes() == {"attribute_money_budget"}
    volume.refresh_from_db()
    assert volume.indexed_at is None

    Attribute.objects.filter(pk=budget.pk).update(kind=Kind.DATE)
    index_attributes(at=now)
    assert indexes() == {"attribute_date_budget"}


def test_an_index_that_broke_off_is_made_again(committed: None, now: datetime) -> None:
    attribute("volume", Kind.NUMBER, is_filter=True)
    index_attributes(at=now)
    with connection.cursor() as cursor:
        # What CREATE INDEX CONCURRENTLY leaves when a value of a row, or the end of the worker, stops it.
        cursor.execute("DROP INDEX attribute_number_volume")
        for name in ("One", "Two"):
            cursor.execute("INSERT INTO accounts_account (name, normalized_name) VALUES (%s, 'same')", [name])
        with pytest.raises(Exception, match="could not create unique index"):
            cursor.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY attribute_number_volume ON accounts_account (normalized_name)"
            )
    assert indexes() == set()
    index_attributes(at=now)
    assert indexes() == {"attribute_number_volume"}


def test_two_workers_make_an_index_once(committed: None, now: datetime) -> None:
    attribute("volume", Kind.NUMBER, is_filter=True)
    made = at_once([lambda: index_attributes(at=now)] * 2)
    assert sorted(map(str, made)) == ["['attribute_number_volume']", "[]"]
    assert indexes() == {"attribute_number_volume"}
