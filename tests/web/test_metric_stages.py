"""The page of stages: where deals wait, which accounts too few channels reach, and the rows behind both."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account
from abmhub.metrics.stages import keep_stages
from abmhub.pipeline.models import Opportunity, Stage, StageChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = reverse("metric-stages")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")[0]


def wait(account: Account, stage: Stage, since: date, number: int = 1) -> None:
    for each in range(number):
        deal = Opportunity.objects.create(
            account=account, name=f"Deal {each}", stage=stage, source="t", external_id=f"{account.pk} {each}"
        )
        StageChange.objects.create(opportunity=deal, stage=stage, entered_on=since)


def test_before_the_first_night_it_says_what_will_come(as_rep: Client) -> None:
    page = words(as_rep.get(PAGE))
    assert "No stage history" in page
    assert "No target accounts yet" in page


def test_it_says_where_deals_wait_and_opens_them(
    as_rep: Client, account: Account, other_account: Account, stage: Stage, today: date
) -> None:
    wait(account, stage, today - timedelta(days=12), 2)
    wait(other_account, stage, today - timedelta(days=40))
    keep_stages(on=today)
    assert f"{stage.name} 0 – 3 deals in {stage.name} 12" in words(as_rep.get(PAGE))
    rows = words(as_rep.get(reverse("metric-staying", args=[stage.pk])))
    assert "3 deals on 4 March 2026" in rows
    assert "Deal 0 " in rows
    assert other_account.name not in rows


def test_it_says_which_accounts_too_few_channels_reach(
    as_rep: Client, account: Account, other_account: Account, stage: Stage, today: date
) -> None:
    for each in (account, other_account):
        wait(each, stage, today)
    keep_stages(on=today)
    rows = words(as_rep.get(reverse("metric-below", args=["sql"])))
    assert "0 of 3" in rows
    assert account.name in rows
    assert other_account.name not in rows
    assert as_rep.get(reverse("metric-below", args=["nowhere"])).status_code == 404


def test_both_tables_can_be_taken_along(as_rep: Client, account: Account, stage: Stage, today: date) -> None:
    wait(account, stage, today - timedelta(days=12))
    keep_stages(on=today)
    days = b"".join(as_rep.get(PAGE, {"as": "csv", "table": "days"})).decode("utf-8-sig")
    assert f"{stage.name},0,,1,12.0" in days
    channels = b"".join(as_rep.get(PAGE, {"as": "csv", "table": "channels"})).decode("utf-8-sig")
    assert "SQL,1,3,0.0,0" in channels


def test_the_lists_behind_stages_can_be_taken_along(
    as_rep: Client, account: Account, other_account: Account, stage: Stage, today: date
) -> None:
    wait(account, stage, today - timedelta(days=12), 101)  # one more than a page holds
    wait(other_account, stage, today - timedelta(days=40))
    keep_stages(on=today)
    page = reverse("metric-staying", args=[stage.pk])
    assert f'href="{page}?as=csv"' in as_rep.get(page).content.decode()
    lines = b"".join(as_rep.get(page, {"as": "csv"})).decode("utf-8-sig").splitlines()
    assert lines[0] == "Deal,Account,Amount,Currency,Since,Days"
    assert len(lines) == 102
    assert all(line.endswith("2026-02-20,12") and account.name in line for line in lines[1:])
    below = reverse("metric-below", args=["sql"])
    lines = b"".join(as_rep.get(below, {"as": "csv"})).decode("utf-8-sig").splitlines()
    assert lines[1:] == [f"{account.name},{account.domain},{account.standing.tier},0"]
    assert as_rep.get(below, {"as": "xlsx"}).content.startswith(b"PK")


def test_it_asks_as_much_however_much_there_is(
    as_rep: Client, account: Account, stage: Stage, today: date, query_count: QueryCount
) -> None:
    pages = {
        "metric-stages": PAGE,
        "metric-staying": reverse("metric-staying", args=[stage.pk]),
        "metric-below": reverse("metric-below", args=["sql"]),
    }
    wait(account, stage, today - timedelta(days=12))
    keep_stages(on=today - timedelta(days=1))
    for name, path in pages.items():
        with query_count(name):
            as_rep.get(path)
    Opportunity.objects.all().delete()
    wait(account, stage, today - timedelta(days=12), 30)
    keep_stages(on=today)
    for name, path in pages.items():
        with query_count(name):
            as_rep.get(path)
