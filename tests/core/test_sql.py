"""Statements that live in files, whole or in parts."""

import pghistory
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.sql import SQL, Literal

from abmhub.core import sql
from tests.kept import kept


@pytest.fixture(autouse=True)
def statements(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three statements of a room that exists only here."""
    texts = {
        "here/numbers": "SELECT number FROM generate_series(1, %(last)s) AS number WHERE {condition}",
        "here/sum": "SELECT sum(number) AS total FROM ({numbers}) AS chosen",
        "here/echo": "SELECT {value} AS value",
    }
    monkeypatch.setattr(sql, "statement", texts.__getitem__)


def test_a_statement_is_found_by_room_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert sql.statement("signals/intent").startswith("-- The intent of every account")
    with pytest.raises(FileNotFoundError):
        sql.statement("signals/nonsense")


def test_a_stream_is_all_rows_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "STREAMED_AT_ONCE", 2)
    parts = {"condition": SQL("number <> {}").format(Literal(3))}
    assert list(sql.stream("here/numbers", parts, last=6)) == [(1,), (2,), (4,), (5,), (6,)]


def test_a_part_becomes_part_of_another_and_shares_its_parameters() -> None:
    numbers = sql.part("here/numbers", condition=SQL("number <> {}").format(Literal(3)))
    assert sql.rows("here/sum", _parts={"numbers": numbers}, last=4) == [{"total": 1 + 2 + 4}]


def test_rows_are_kept_until_the_transaction_ends_and_replaced_by_a_repetition() -> None:
    everything = {"condition": SQL("TRUE")}
    with transaction.atomic():
        assert sql.materialize("tonight_test", "here/numbers", _parts=everything, last=9) == 9
        assert sql.materialize("tonight_test", "here/numbers", _parts=everything, last=2) == 2
        assert kept("tonight_test") == [{"number": 1}, {"number": 2}]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_after_the_transaction(transactional_db: None) -> None:
    with transaction.atomic():
        sql.materialize("tonight_test", "here/numbers", _parts={"condition": SQL("TRUE")}, last=9)
    with pytest.raises(ProgrammingError, match="tonight_test"):
        kept("tonight_test")
    connection.rollback()


@pytest.mark.parametrize("nasty", ["'; DROP TABLE users_user; --", "%s %(last)s 100%", "{numbers}", ""])
def test_a_value_arrives_as_it_was(nasty: str) -> None:
    values = sql.Values("test")
    parts = {"value": SQL("{}::text").format(values.hold(nasty))}
    assert sql.rows("here/echo", _parts=parts, **values.parameters) == [{"value": nasty}]


def test_each_value_has_a_place_of_its_own() -> None:
    values = sql.Values("test")
    parts = {"value": SQL("{} || {}").format(values.hold("a"), values.hold("b"))}
    assert sql.rows("here/echo", _parts=parts, **values.parameters) == [{"value": "ab"}]


def test_rows_are_kept_on_behalf_of_a_person_too() -> None:
    """A page runs within the context that pghistory writes beside each change."""
    with transaction.atomic(), pghistory.context(user=1):
        assert sql.materialize("tonight_test", "here/numbers", _parts={"condition": SQL("TRUE")}, last=9) == 9
