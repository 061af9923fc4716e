"""Content engagement: over all accounts by stage and kind, and of each account by itself."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account, Standing
from abmhub.metrics.actions import snapshot
from abmhub.signals.models import EngagementEvent, EventType

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = reverse("metric-content")
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def engage(account: Account, **by_type: int) -> None:
    """So many events of each type, a day apart, the newest today."""
    Standing.objects.update_or_create(account=account, defaults={"engagement": 40})
    for code, number in by_type.items():
        EngagementEvent.objects.bulk_create(
            EngagementEvent(
                account=account,
                event_type=EventType.objects.get(code=code),
                occurred_at=AT - timedelta(days=each),
                source="test",
                external_id=f"{account.pk} {code} {each}",
            )
            for each in range(number)
        )


def test_before_the_first_night_it_says_what_will_come(as_rep: Client) -> None:
    assert "No night has found anything to count" in words(as_rep.get(PAGE))


def test_each_stage_has_its_kinds_and_opens_its_rows(as_analyst: Client, account: Account) -> None:
    engage(account, page_view=3, email_open=2, meeting=1)
    snapshot(on=AT.date())
    page = words(as_analyst.get(PAGE))
    assert "ToFu 5: the rows Page view 3 Email open 2" in page
    assert "BoFu 1: the rows Meeting 1" in page
    rows = words(as_analyst.get(reverse("metric-rows", args=["early_content"])))
    assert "5 in all As reported that night" in rows


def test_a_window_counts_its_own_days_alone(as_analyst: Client, account: Account) -> None:
    engage(account, page_view=10)
    snapshot(on=AT.date())
    assert "ToFu 4: the rows Page view 4" in words(as_analyst.get(PAGE, {"window": "month"}))


def test_each_account_is_told_by_stage_and_only_to_who_may_see_it(
    as_rep: Client, as_analyst: Client, account: Account, other_account: Account
) -> None:
    engage(account, page_view=3, email_reply=2, meeting=1)
    engage(other_account, page_view=7)
    snapshot(on=AT.date())
    mine = words(as_rep.get(PAGE))
    assert "3 2 1 6" in mine
    assert other_account.name not in mine
    assert other_account.name in words(as_analyst.get(PAGE))


def test_the_accounts_can_be_taken_along(as_rep: Client, account: Account, other_account: Account) -> None:
    engage(account, page_view=3, email_reply=2, meeting=1)
    engage(other_account, page_view=7)
    snapshot(on=AT.date())
    _, line = b"".join(as_rep.get(PAGE, {"as": "csv"})).decode("utf-8-sig").splitlines()
    assert line.startswith(f"{account.name},")
    assert line.endswith(",40,3,2,1,6")
    assert as_rep.get(PAGE, {"as": "xlsx"}).content.startswith(b"PK")


def test_the_page_of_an_account_says_what_it_took_up_and_when_last(as_rep: Client, account: Account) -> None:
    page = reverse("account-content", args=[account.pk])
    assert "Nothing in twelve months." in words(as_rep.get(page))
    engage(account, page_view=3, meeting=1)
    shown = words(as_rep.get(page))
    assert "ToFu 3 Page view 3" in shown
    assert "MoFu 0 Nothing yet. BoFu 1 Meeting 1" in shown
    beside = as_rep.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in beside
    assert "Page view" in beside


def test_it_asks_as_much_however_many_accounts_engage(
    as_analyst: Client, account: Account, query_count: QueryCount
) -> None:
    engage(account, page_view=1)
    snapshot(on=AT.date())
    with query_count("metric-content"):
        as_analyst.get(PAGE)
    for number in range(20):
        other = Account.objects.create(name=f"Other {number}", normalized_name=f"other {number}")
        engage(other, page_view=2, meeting=1)
    snapshot(on=AT.date())
    with query_count("metric-content"):
        as_analyst.get(PAGE)


def test_the_account_asks_as_much_however_much_it_took_up(
    as_rep: Client, account: Account, query_count: QueryCount
) -> None:
    page = reverse("account-content", args=[account.pk])
    engage(account, page_view=1)
    with query_count("account-content"):
        as_rep.get(page)
    engage(account, email_open=30, meeting=12, email_reply=3)
    with query_count("account-content"):
        as_rep.get(page)
