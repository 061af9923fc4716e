"""The same seed and day give the same company; another seed gives another."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.apps import apps
from django.db import connection, transaction

from abmhub.demo.founding import found
from abmhub.scoring.models import NightBasis
from tests.demo.conftest import TINY, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.long]

KEYS = {
    "ImportChange": ["key", "fingerprint"],
    "Order": ["fingerprint"],
    "OutboxMessage": ["key", "payload", "next_attempt_at"],
    "TaskFile": ["path"],
    "FunnelUnit": ["key", "territory_key", "owner_key", "program_key", "campaign_key"],
    "ReturnSnapshot": ["key"],
    "Edition": ["token", "previous"],
    "MarketAccount": ["territory_key"],
    "MarketCell": ["territory_key"],
}
"""Columns that hold the keys of other rows or a digest of them, a name drawn by chance, or the hour of the machine."""

DIGEST = """
SELECT md5(coalesce(string_agg(line, '|' ORDER BY line), ''))
FROM (SELECT (to_jsonb(row) - %(left_out)s::text[])::text AS line FROM {table} AS row) AS written
"""


def digests() -> dict[str, str]:
    """What is in every table, but for keys, which follow from sequences, a digest of them, and passwords."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("abmhub.") or model is NightBasis:
            continue
        fields = model._meta.concrete_fields
        keys = [field.column for field in fields if field.primary_key or field.is_relation]
        with connection.cursor() as cursor:
            statement = DIGEST.format(table=model._meta.db_table)
            keys += KEYS.get(model.__name__, [])
            cursor.execute(statement, {"left_out": [*keys, "event_id", "password", "created_at", "updated_at"]})
            [found[model.__name__]] = cursor.fetchone() or ("",)
    return found


@contextmanager
def company(seed: int, now: datetime) -> Iterator[dict[str, str]]:
    with transaction.atomic():
        found(seed=seed, scale=TINY, as_of=TODAY, at=now, say=lambda _: None)
        yield digests()
        transaction.set_rollback(True)


def test_a_seed_gives_one_company(now: datetime) -> None:
    with company(7, now) as first:
        pass
    with company(7, now) as second:
        assert second == first
    with company(8, now) as another:
        assert all(another[name] != first[name] for name in ("Account", "Contact", "EngagementEvent", "Order", "Task"))
