"""Which accounts are stale, and since when; the night's statement against its twin."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.test import override_settings

from abmhub.accounts.models import Account, FreshnessClock
from abmhub.core.days import business_day
from abmhub.scoring.models import TierPolicy
from tests.scoring.conftest import TODAY, MakeAccount, night, standing_of

EARLY = datetime(2025, 1, 1, 12, tzinfo=UTC)


def refreshed(account: Account, at: datetime | None, source: str = "") -> None:
    Account.objects.filter(pk=account.pk).update(refreshed_at=at, refreshed_from=source, created_at=EARLY)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "source", "since"),
    [
        (14, "", None),
        (15, "", TODAY),
        (20, "", TODAY - timedelta(days=5)),
        (15, "somebody without a clock", TODAY),
        (29, "registry", None),
        (31, "registry", TODAY),
        (None, "", EARLY.date() + timedelta(days=15)),
    ],
)
def test_facts_are_stale_from_the_day_after_they_were_due(
    make_account: MakeAccount, policy: TierPolicy, age: int | None, source: str, since: date | None
) -> None:
    FreshnessClock.objects.create(source="registry", due_every_days=30)
    account = make_account()
    refreshed(account, None if age is None else noon(TODAY - timedelta(days=age)), source)
    night()
    assert standing_of(account).stale_since_on == since


@override_settings(TIME_ZONE="Asia/Taipei")
def test_days_are_business_days_of_the_installation(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account()
    refreshed(account, datetime(2026, 2, 16, 20, tzinfo=UTC))  # the 17th in Taipei
    night(date(2026, 3, 3))
    assert standing_of(account).stale_since_on is None
    night(date(2026, 3, 4))
    assert standing_of(account).stale_since_on == date(2026, 3, 4)


def test_only_a_standing_that_became_stale_is_written(make_account: MakeAccount, policy: TierPolicy) -> None:
    stale, fresh = make_account(), make_account()
    refreshed(stale, noon(TODAY - timedelta(days=14)))
    refreshed(fresh, noon(TODAY))
    assert night() == 2
    assert night(TODAY + timedelta(days=1)) == 1
    assert standing_of(stale).stale_since_on == TODAY + timedelta(days=1)
    assert night(TODAY + timedelta(days=2)) == 0
    refreshed(stale, noon(TODAY))
    assert night(TODAY + timedelta(days=2)) == 1
    assert standing_of(stale).stale_since_on is None


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_twin(make_account: MakeAccount, policy: TierPolicy, seed: int) -> None:
    dice = Random(seed)
    clocks = {"crm": dice.randrange(1, 40), "registry": dice.randrange(1, 90)}
    for source, days in clocks.items():
        FreshnessClock.objects.create(source=source, due_every_days=days)
    for _ in range(30):
        at = noon(TODAY) - timedelta(hours=dice.randrange(24 * 100))
        refreshed(make_account(), dice.choice([at, at, None]), dice.choice(["crm", "registry", "", "else"]))
    night()
    for account in Account.objects.select_related("standing"):
        confirmed_on = business_day(account.refreshed_at or account.created_at)
        since = confirmed_on + timedelta(clocks.get(account.refreshed_from, 14) + 1)
        assert account.standing.stale_since_on == (since if since <= TODAY else None)
