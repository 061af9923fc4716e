"""Recording engagement events."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.signals.actions import ContactOfAnotherAccount, record_event
from abmhub.signals.models import EngagementEvent, EventType
from tests.at_once import at_once


@pytest.fixture
def meeting(db: None) -> EventType:
    return EventType.objects.get(code="meeting")


def test_it_records_who_did_what_when(
    account: Account, contacts: list[Contact], meeting: EventType, now: datetime
) -> None:
    event = record_event(
        account=account,
        contact=contacts[0],
        event_type=meeting,
        at=now,
        source="calendar",
        external_id="1",
        detail="QBR",
    )
    assert list(EngagementEvent.objects.values_list("account", "contact", "event_type", "occurred_at", "detail")) == [
        (account.pk, contacts[0].pk, meeting.pk, now, "QBR")
    ]
    assert event == EngagementEvent.objects.get()


def test_told_again_it_is_the_same_event(account: Account, meeting: EventType, now: datetime) -> None:
    tell = partial(record_event, account=account, event_type=meeting, source="calendar", external_id="1")
    assert tell(at=now) == tell(at=now + timedelta(days=1))
    assert EngagementEvent.objects.get().occurred_at == now


@pytest.mark.django_db(transaction=True)
def test_told_by_many_at_once_it_is_one_event(transactional_db: None, account: Account, now: datetime) -> None:
    meeting = EventType.objects.get(code="meeting")
    tell = partial(record_event, account=account, event_type=meeting, at=now, source="calendar", external_id="1")
    outcomes = at_once([tell] * 4)
    assert set(outcomes) == {EngagementEvent.objects.get()}


def test_a_person_of_another_account_is_refused(
    other_account: Account, contacts: list[Contact], meeting: EventType, now: datetime
) -> None:
    with pytest.raises(ContactOfAnotherAccount, match="Dana Whitfield is not at Borealis Foods"):
        record_event(
            account=other_account, contact=contacts[0], event_type=meeting, at=now, source="x", external_id="1"
        )
