"""An import taken back: the former state exactly, and what somebody has built on since left as it is."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.imports import actions
from abmhub.imports.kinds import INTAKES
from abmhub.imports.models import ImportRun
from tests.imports.conftest import uploaded

pytestmark = pytest.mark.django_db

Dump = dict[str, list[str]]


def dump() -> Dump:
    """Every row of every table but those that tell of imports."""
    found: Dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("imports_") and table not in {"written", "undoing"}:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t ORDER BY 1')  # noqa: S608
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def settle() -> None:
    """What the end of a transaction does: standings for new accounts, and every foreign key checked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


WORDS = (
    "", " ", "Delta", "delta inc.", "Zeta", "Kenya", "technolgy", "gmail.com", "delta.example", "zeta.example", "Won",
    "Engaging", "Lost", "2016-01-02", "2017-03-04", "12", "5", "7", "8", "ada@delta.example", "Rana Haddad",
)  # fmt: skip


def files(kind: str) -> st.SearchStrategy[str]:
    """Small files of a kind, of words that meet again and again."""
    header, *samples = INTAKES[kind].sample
    cell = st.sampled_from(WORDS)
    of_column = [st.one_of(st.sampled_from(tuple(values)), cell) for values in zip(*samples, strict=True)]
    rows = st.lists(st.tuples(*of_column), min_size=1, max_size=6)
    return rows.map(lambda found: "\n".join(",".join(f'"{cell}"' for cell in row) for row in (header, *found)) + "\n")


def take(kind: str, text: str, at: datetime) -> ImportRun:
    run = uploaded(kind, text, at)
    run = actions.apply(run=actions.confirm(run=run, at=at), at=at)
    settle()
    return run


@pytest.mark.parametrize("kind", list(INTAKES))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_undoing_restores_the_exact_former_state(kind: str, data: st.DataObject, now: datetime) -> None:
    """After imports of every kind, two files of a kind; taken back one after the other, the last first."""
    with transaction.atomic():
        for earlier in INTAKES:
            take(earlier, data.draw(files(earlier)), now)
        former = [dump()]
        runs = []
        for hours in (1, 2):
            runs.append(take(kind, data.draw(files(kind)), now + timedelta(hours=hours)))
            former.append(dump())
        for run in reversed(runs):
            assert dump() == former.pop()
            if run.changes.exists():
                undone = actions.undo(run=run, at=now + timedelta(hours=3))
                settle()
                assert list(undone.changes.values_list("table", "refusal")) == []
        assert dump() == former.pop()
        transaction.set_rollback(True)
