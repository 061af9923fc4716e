"""Accounts that were known long ago, and a database that other processes can be told of."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection

from abmhub.accounts.models import Account
from abmhub.scoring.models import TierCondition, TierPolicy
from abmhub.signals.models import EngagementEvent, EventType

AT = datetime(2026, 3, 10, 6, tzinfo=UTC)
TODAY = AT.date()
DAYS = tuple(TODAY - timedelta(days=back) for back in range(5, 0, -1))


@pytest.fixture
def company(db: None) -> list[Account]:
    """Twelve accounts: each of them was active on a day of its own, and is Tier 3 while that lasts."""
    policy = TierPolicy.objects.get()
    TierCondition.objects.filter(rule__policy=policy, rule__position=3).update(fact="engagement", threshold=20)
    EventType.objects.filter(code="content_download").update(weight=30, half_life_days=2)
    accounts = [Account(name=f"Company {number}", normalized_name=f"company {number}") for number in range(12)]
    Account.objects.bulk_create(accounts)
    Account.objects.update(created_at=datetime(2025, 6, 1, tzinfo=UTC), refreshed_at=AT - timedelta(days=9))
    kind = EventType.objects.get(code="content_download")
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=account,
            event_type=kind,
            occurred_at=datetime.combine(DAYS[0], datetime.min.time(), tzinfo=UTC)
            + timedelta(days=number % 5, hours=9),
            source="test",
            external_id=str(number),
        )
        for number, account in enumerate(accounts)
    )
    return accounts


@pytest.fixture
def told_of_the_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes that are started now use the database of the test."""
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    monkeypatch.setenv("DATABASE_URL", f"postgres://{database['USER']}@{host}/{database['NAME']}")
    yield
    connection.close()
