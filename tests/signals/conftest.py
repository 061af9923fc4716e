"""An account without a history, and short ways to give it one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.days import first_moment
from abmhub.signals.models import EngagementEvent, EventType, IntentObservation, IntentProvider, Topic

_numbers = count(1)

Did = Callable[..., EngagementEvent]
Read = Callable[..., IntentObservation]


@pytest.fixture
def quiet_account(db: None) -> Account:
    return Account.objects.create(name="Quiet", normalized_name="quiet")


@pytest.fixture
def did() -> Did:
    """Record an engagement event on a day, at noon unless told."""

    def record(
        account: Account, code: str, day: date, *, contact: Contact | None = None, at: datetime | None = None
    ) -> EngagementEvent:
        return EngagementEvent.objects.create(
            account=account,
            contact=contact,
            event_type=EventType.objects.get(code=code),
            occurred_at=at or first_moment(day) + timedelta(hours=12),
            source="test",
            external_id=str(next(_numbers)),
        )

    return record


@pytest.fixture
def provider(db: None) -> IntentProvider:
    return IntentProvider.objects.create(code="bombora", name="Bombora", lawful_basis="consent")


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(name="Data security")


@pytest.fixture
def read(provider: IntentProvider, topic: Topic) -> Read:
    """Record the level at which an account read in the week of a Monday."""

    def record(
        account: Account, week_on: date, level: int, *, of: Topic | None = None, seen_by: IntentProvider | None = None
    ) -> IntentObservation:
        return IntentObservation.objects.create(
            account=account, provider=seen_by or provider, topic=of or topic, week_on=week_on, level=level
        )

    return record
