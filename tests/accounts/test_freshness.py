"""The clocks of the sources, as the night reads them."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from abmhub.accounts.freshness import read_clocks
from abmhub.accounts.models import Account, FreshnessClock, Standing
from abmhub.core.models import OutboxMessage


def clock(source: str, last_file_on: date | None, days: int = 14) -> FreshnessClock:
    return FreshnessClock.objects.create(source=source, last_file_on=last_file_on, due_every_days=days)


def known(source: str, *, stale: bool, today: date) -> None:
    account = Account.objects.create(name="A company", normalized_name="a company", refreshed_from=source)
    Standing.objects.create(account=account, stale_since_on=today if stale else None)


@pytest.mark.parametrize(("days_ago", "is_overdue"), [(13, False), (14, False), (15, True)])
def test_a_source_is_overdue_from_the_day_after(today: date, days_ago: int, is_overdue: bool) -> None:
    last = FreshnessClock(source="CRM", last_file_on=today - timedelta(days=days_ago))
    assert last.is_overdue(today) is is_overdue
    assert not FreshnessClock(source="CRM").is_overdue(today)


@pytest.mark.django_db
@transaction.atomic
def test_the_night_counts_what_each_source_vouches_for(today: date) -> None:
    crm, register = clock("CRM", today), clock("Register", today)
    for source, stale in (("CRM", True), ("CRM", False), ("CRM", False), ("Register", False), ("", True)):
        known(source, stale=stale, today=today)
    assert read_clocks(today) == 2
    crm.refresh_from_db()
    register.refresh_from_db()
    assert (crm.accounts, crm.stale_accounts) == (3, 1)
    assert (register.accounts, register.stale_accounts) == (1, 0)
    assert read_clocks(today) == 0
    Account.objects.all().delete()
    read_clocks(today)
    crm.refresh_from_db()
    assert (crm.accounts, crm.stale_accounts) == (0, 0)


def test_an_overdue_source_is_news_once_for_each_due_date(db: None, today: date) -> None:
    late = clock("CRM", today - timedelta(days=20))
    clock("Register", today)
    clock("Never", None)
    for night in range(3):
        read_clocks(today + timedelta(days=night))
    message = OutboxMessage.objects.get()
    assert message.topic == "source.overdue"
    assert message.payload == {"source": late.source, "due_on": f"{today - timedelta(days=6)}"}
    late.last_file_on = today
    late.save()
    read_clocks(today + timedelta(days=14))
    assert OutboxMessage.objects.count() == 1
    read_clocks(today + timedelta(days=15))
    assert OutboxMessage.objects.filter(payload__source=late.source).count() == 2
