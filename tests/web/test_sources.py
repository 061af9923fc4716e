"""Sources: who came in time, and what is stale because one did not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account, FreshnessClock, Standing
from abmhub.imports.models import ImportRun
from abmhub.signals.models import IntentObservation, IntentProvider, Topic

QueryCount = Callable[[str], AbstractContextManager[None]]
LIST = reverse("source-list")
pytestmark = pytest.mark.usefixtures("at_now")


def words(browser: Client) -> str:
    return " ".join(strip_tags(browser.get(LIST).text).split())


def clock(source: str, last_file_on: date | None, **fields: int) -> FreshnessClock:
    return FreshnessClock.objects.create(source=source, last_file_on=last_file_on, **fields)


def imported(source: str, now: datetime, file_name: str = "companies.csv") -> ImportRun:
    return ImportRun.objects.create(
        kind="accounts", source=source, file_name=file_name, started_at=now, finished_at=now, status="done"
    )


def test_before_the_first_file_it_says_how_a_clock_begins(as_admin: Client, as_analyst: Client) -> None:
    assert "The first file of accounts from a system starts its clock." in words(as_admin)
    assert reverse("import-new") in as_admin.get(LIST).text
    assert reverse("import-new") not in as_analyst.get(LIST).text


def test_a_late_source_is_said_to_be_late_and_stands_first(as_marketing_manager: Client, today: date) -> None:
    clock("Register", today - timedelta(days=1))
    clock("CRM", today - timedelta(days=17), accounts=1_200, stale_accounts=300)
    text = words(as_marketing_manager)
    assert "1 source did not come in time." in text
    assert "3 days late" in text
    assert text.index("CRM") < text.index("Register")
    assert "1,200" in text
    assert "?stale=true&amp;source=CRM" in as_marketing_manager.get(LIST).text


def test_a_source_of_today_is_in_time(as_marketing_manager: Client, today: date) -> None:
    clock("CRM", today - timedelta(days=14))
    text = words(as_marketing_manager)
    assert "Every source has come in time." in text
    assert "due today" in text


def test_its_last_file_is_opened_by_those_who_may(
    as_marketing_manager: Client, as_analyst: Client, now: datetime, today: date
) -> None:
    clock("CRM", today)
    imported("CRM", now, "older.csv")
    run = imported("CRM", now)
    assert reverse("import-show", args=[run.pk]) in as_marketing_manager.get(LIST).text
    assert "older.csv" not in words(as_marketing_manager)
    assert "companies.csv" not in words(as_analyst)


def test_only_an_administrator_changes_a_clock(as_admin: Client, as_marketing_manager: Client, today: date) -> None:
    path = reverse("admin:accounts_freshnessclock_change", args=[clock("CRM", today).pk])
    assert path in as_admin.get(LIST).text
    assert path not in as_marketing_manager.get(LIST).text
    assert as_admin.post(path, {"due_every_days": "30"}).status_code == 302
    assert FreshnessClock.objects.get().due_every_days == 30


def test_more_sources_need_no_more_queries(
    as_marketing_manager: Client, query_count: QueryCount, now: datetime, today: date
) -> None:
    for number in range(3):
        clock(f"System {number}", today)
        imported(f"System {number}", now)
        if number != 1:
            with query_count("source-list"):
                as_marketing_manager.get(LIST)


def test_its_stale_accounts_are_one_click_away(
    as_marketing_manager: Client, account: Account, other_account: Account, today: date
) -> None:
    clock("CRM", today - timedelta(days=17), stale_accounts=1)
    Account.objects.filter(pk=account.pk).update(refreshed_from="CRM")
    Account.objects.filter(pk=other_account.pk).update(refreshed_from="Register")
    Standing.objects.update(stale_since_on=today)
    path = f"{reverse('account-list')}?stale=true&source=CRM"
    assert path.replace("&", "&amp;") in as_marketing_manager.get(LIST).text
    found = as_marketing_manager.get(path).text
    assert "Acme Robotics" in found
    assert "Borealis Foods" not in found


def test_intent_providers_have_clocks_too(
    as_admin: Client, account: Account, today: date, query_count: QueryCount
) -> None:
    topic = Topic.objects.create(name="Robots")
    monday = today - timedelta(days=today.weekday())
    with query_count("source-list-providers"):
        assert "Intent providers" not in words(as_admin)
    for number in range(12):
        provider = IntentProvider.objects.create(
            code=f"p{number}",
            name=f"Panel {number}",
            lawful_basis="consent" if number else "none",
            is_scored=number > 0,
        )
        if number < 11:
            week_on = monday - timedelta(weeks=number)
            IntentObservation.objects.create(account=account, provider=provider, topic=topic, week_on=week_on, level=9)
    with query_count("source-list-providers"):
        text = words(as_admin)
    assert "Panel 0 due every 14 days" in text
    assert "None (for example bidstream) no" in text
    assert "days late" in text
    assert "after its first" in text
