"""The page of returns: what was spent, what it brought, how sure that is, and the deals behind it."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Touch
from abmhub.metrics.returns import keep_returns
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.metric_returns import MOST_ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = reverse("metric-returns")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def deliver(line: OrderLine, cost: int) -> None:
    OrderLine.objects.filter(pk=line.pk).update(
        state=OrderLine.State.DELIVERED, delivered_at=datetime(2026, 2, 10, 9, tzinfo=UTC), actual_cost=cost
    )
    Touch.objects.create(
        account=line.order.account,
        channel=line.tactic.channel,
        occurred_at=datetime(2026, 2, 10, 9, tzinfo=UTC),
        source="orders",
        external_id=f"{line.reference}/contact-1",
    )


def win(account: Account, number: int, today: date, *, kind: str = "won") -> None:
    stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
    Opportunity.objects.bulk_create(
        Opportunity(
            account=account,
            name=f"{kind} {each}",
            stage=stage,
            amount=Decimal(10_000),
            engaged_on=today - timedelta(days=20),
            closed_on=today if kind == "won" else None,
            source="test",
            external_id=f"{kind} {each}",
        )
        for each in range(number)
    )


def test_before_anything_is_reckoned_it_says_what_will_come(as_analyst: Client) -> None:
    assert "Nothing spent and nothing due yet" in words(as_analyst.get(PAGE))


def test_a_tactic_stands_with_its_spend_its_money_and_how_sure_it_is(
    as_analyst: Client, line: OrderLine, account: Account, today: date
) -> None:
    deliver(line, 10_000)
    win(account, 10, today)
    win(account, 2, today, kind="open")
    keep_returns(on=today)
    page = words(as_analyst.get(PAGE))
    assert f"{line.tactic} $10,000 $100,000 10 deals 10.0 3.8 to 16.2 $20,000 2 deals 2.0" in page


def test_few_deals_are_too_few_to_say(as_analyst: Client, line: OrderLine, account: Account, today: date) -> None:
    deliver(line, 10_000)
    win(account, 4, today)
    keep_returns(on=today)
    assert "4.0 Too few to say" in words(as_analyst.get(PAGE))


def test_the_deals_behind_a_number_sum_to_it_and_can_be_taken_along(
    as_analyst: Client, line: OrderLine, account: Account, today: date
) -> None:
    deliver(line, 10_000)
    win(account, 6, today)
    keep_returns(on=today)
    [path] = re.findall(r'href="(/metrics/returns/rows/[^"]*outcome=won)"', as_analyst.get(PAGE).content.decode())
    path = path.replace("&amp;", "&")
    rows = words(as_analyst.get(path))
    assert f"Won money due to {line.tactic}" in rows
    assert "6 deals $60,000 in all As reported that night" in rows
    lines = list(csv.reader(io.StringIO(b"".join(as_analyst.get(f"{path}&as=csv")).decode("utf-8-sig"))))
    assert sum(Decimal(each[3]) for each in lines[1:]) == 60_000
    Opportunity.objects.filter(name="won 0").delete()
    assert "That night reported $60,000." in words(as_analyst.get(path))


def test_the_file_has_all_deals_however_few_the_page_shows(
    as_analyst: Client, line: OrderLine, account: Account, today: date
) -> None:
    deliver(line, 10_000)
    win(account, MOST_ROWS + 1, today)
    keep_returns(on=today)
    asked: dict[str, str | int] = {"kind": "tactic", "model": "even", "key": line.tactic_id, "outcome": "won"}
    page = as_analyst.get(reverse("metric-returns-rows"), asked)
    assert f"The {MOST_ROWS} largest; the file has them all" in words(page)
    file = b"".join(as_analyst.get(reverse("metric-returns-rows"), {**asked, "as": "csv"})).decode("utf-8-sig")
    assert len(file.splitlines()) == 1 + MOST_ROWS + 1


def test_the_table_can_be_taken_along(as_analyst: Client, line: OrderLine, account: Account, today: date) -> None:
    deliver(line, 10_000)
    win(account, 10, today)
    keep_returns(on=today)
    lines = list(csv.reader(io.StringIO(b"".join(as_analyst.get(PAGE, {"as": "csv"})).decode("utf-8-sig"))))
    assert lines[1][:4] == [str(line.tactic), "10000.00", "10", "100000.00"]


@pytest.mark.parametrize("query", [{"kind": "person"}, {"model": "magic"}], ids=["kind", "model"])
def test_nonsense_in_the_address_is_not_found(as_analyst: Client, query: dict[str, str]) -> None:
    assert as_analyst.get(PAGE, query).status_code == 404


def test_it_asks_as_much_however_much_there_is(
    as_analyst: Client, line: OrderLine, account: Account, today: date, query_count: QueryCount
) -> None:
    deliver(line, 10_000)
    keep_returns(on=today - timedelta(days=1))
    with query_count("metric-returns"):
        as_analyst.get(PAGE)
    win(account, 40, today)
    keep_returns(on=today)
    with query_count("metric-returns"):
        as_analyst.get(PAGE)
    rows = reverse("metric-returns-rows")
    asked: dict[str, str | int] = {"kind": "tactic", "model": "even", "key": line.tactic_id, "outcome": "won"}
    with query_count("metric-returns-rows"):
        as_analyst.get(rows, asked)
    Opportunity.objects.exclude(name="won 1").delete()
    with query_count("metric-returns-rows"):
        as_analyst.get(rows, asked)
