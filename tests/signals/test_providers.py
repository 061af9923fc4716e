"""The clocks of intent providers, and that an unlawful one can never count."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from abmhub.accounts.models import Account
from abmhub.signals.intent import intent_of
from abmhub.signals.models import IntentProvider
from abmhub.signals.providers import provider_clocks
from tests.signals.conftest import Read
from tests.signals.test_intent import THIS_WEEK, WEDNESDAY, weeks_ago


def test_a_provider_is_due_so_many_days_after_the_week_that_it_reported_on(
    quiet_account: Account, account: Account, read: Read, provider: IntentProvider
) -> None:
    read(quiet_account, date(2026, 2, 9), 50)
    read(account, date(2026, 2, 2), 50)
    IntentProvider.objects.create(code="new", name="Newcomer", lawful_basis="contract")
    first, newcomer = provider_clocks()
    assert (first.provider, first.last_week_on, first.due_on) == (provider, date(2026, 2, 9), date(2026, 3, 1))
    assert not first.is_overdue(date(2026, 3, 1))
    assert first.is_overdue(date(2026, 3, 2))
    assert (newcomer.last_week_on, newcomer.due_on, newcomer.is_overdue(date(2030, 1, 1))) == (None, None, False)


@pytest.mark.parametrize(("due_every_days", "is_stale"), [(10, False), (9, True)])
def test_intent_of_an_overdue_provider_says_that_it_is_stale(
    quiet_account: Account, account: Account, read: Read, provider: IntentProvider, due_every_days: int, is_stale: bool
) -> None:
    """The week of 16 February ends on the 22nd, ten days before the Wednesday; others' weeks count as well."""
    for weeks in range(2, 8):
        read(account, weeks_ago(weeks), 50)
        read(quiet_account, weeks_ago(weeks + 1), 50)
    IntentProvider.objects.update(due_every_days=due_every_days)
    found = intent_of(quiet_account.pk, WEDNESDAY)
    assert [topic.is_stale for topic in found.topics] == [is_stale]
    assert found.is_stale is is_stale
    read(account, THIS_WEEK, 50)
    assert not intent_of(quiet_account.pk, WEDNESDAY).is_stale


def test_an_unlawful_provider_can_never_count_not_even_by_sql(provider: IntentProvider) -> None:
    wishes = (
        "INSERT INTO signals_intentprovider (code, name, lawful_basis, is_scored) VALUES ('x', 'X', 'none', true)",
        "UPDATE signals_intentprovider SET lawful_basis = 'none'",
    )
    for wish in wishes:
        with pytest.raises(IntegrityError, match="unlawful_is_never_scored"), atomic(), connection.cursor() as cursor:
            cursor.execute(wish)
    IntentProvider.objects.update(lawful_basis="none", is_scored=False)
    with pytest.raises(IntegrityError, match="unlawful_is_never_scored"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE signals_intentprovider SET is_scored = true")


def test_a_clock_has_at_least_a_day(provider: IntentProvider) -> None:
    with pytest.raises(IntegrityError, match="due_every_days_positive"):
        IntentProvider.objects.update(due_every_days=0)
