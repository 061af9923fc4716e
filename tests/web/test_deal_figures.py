"""The page of deals by key: the figures of the command, and behind each the deals that it counts."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from abmhub.accounts.models import Account, Territory
from abmhub.campaigns.models import Motion
from abmhub.pipeline.models import Opportunity, Stage

PAGE, ROWS = reverse("deal-figures"), reverse("deal-rows")
TODAY = date(2026, 3, 4)
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: Any) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def file_of(client: Client, page: str, **query: str) -> list[list[str]]:
    answer: Any = client.get(page, {**query, "as": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    return [line.split(",") for line in lines]


def make(number: int, stage: str, **values: Any) -> Opportunity:
    return Opportunity.objects.create(
        name=f"Deal {number}",
        stage=Stage.objects.get(name=stage),
        motion=Motion.ABM,
        engaged_on=TODAY - timedelta(days=30),
        closed_on=None if stage == "Engaging" else TODAY - timedelta(days=10),
        source="test",
        external_id=str(number),
        **values,
    )


@pytest.fixture
def company(account: Account, other_account: Account) -> list[Opportunity]:
    """Three won and one lost of two territories, one still open; the other account is a subsidiary of the first."""
    west, east = Territory.objects.create(name="Westland"), Territory.objects.create(name="Eastland")
    Account.objects.filter(pk=other_account.pk).update(parent=account)
    return [
        make(1, "Won", territory=west, account=account, amount="1000.25"),
        make(2, "Won", territory=west, account=other_account, amount="500.50"),
        make(3, "Won", territory=east, account=other_account, amount="70"),
        make(4, "Lost", territory=west, account=account),
        make(5, "Engaging", territory=east, account=account, amount="9"),
    ]


def test_without_any_deal_it_says_where_they_come_from(as_analyst: Client) -> None:
    assert "Import opportunities" in words(as_analyst.get(PAGE))


def test_it_shows_every_figure_of_each_key_to_the_cent(as_analyst: Client, company: list[Opportunity]) -> None:
    shown = words(as_analyst.get(PAGE, {"by": "territory"}))
    assert "Westland brought most: $1,500.75 of $1,570.75 won." in shown
    assert re.search(r"Westland 2 1 0 66\.67% .*?\$1,500\.75 \$0 \$750\.38 \$750\.38 20\.00 20 ", shown)
    assert re.search(r"All 3 1 1 75\.00% ", shown)


def test_subsidiaries_stand_under_their_parent_when_asked(as_analyst: Client, company: list[Opportunity]) -> None:
    def won_money(**query: str) -> list[str]:
        return [line[7] for line in file_of(as_analyst, PAGE, by="account", **query)[1:-1]]

    assert won_money() == ["1000.25", "570.50"]
    assert won_money(roll_up="on") == ["1570.75"]


def test_a_period_counts_what_was_closed_in_it_and_the_motion_what_is_of_it(
    as_analyst: Client, company: list[Opportunity]
) -> None:
    assert file_of(as_analyst, PAGE, by="territory", since=str(TODAY - timedelta(days=5)))[-1][1:4] == ["0", "0", "1"]
    assert file_of(as_analyst, PAGE, by="territory", motion="demand_gen")[-1][1:4] == ["0", "0", "0"]


def test_behind_every_figure_are_as_many_deals(as_analyst: Client, company: list[Opportunity]) -> None:
    for query in ({"by": "territory"}, {"by": "account", "roll_up": "on"}, {"by": "product", "by2": "territory"}):
        page = as_analyst.get(PAGE, query).content.decode()
        found = re.findall(rf'href="({ROWS}[^"]*)">([\d,]+)<', page)
        assert len(found) >= 3
        for path, shown in found:
            rows = words(as_analyst.get(unescape(path)))
            assert f"{shown} deal" in rows, path
            assert rows.count("Deal ") - 1 >= int(shown), path


def test_the_deals_come_as_files(as_analyst: Client, company: list[Opportunity]) -> None:
    assert [line[0] for line in file_of(as_analyst, ROWS, kind="won")][1:] == ["Deal 3", "Deal 2", "Deal 1"]
    book = load_workbook(BytesIO(as_analyst.get(PAGE, {"as": "xlsx"}).content))
    assert [cell.value for cell in list(book.active.rows)[-1]][:4] == ["All", 3, 1, 1]


def test_a_deal_of_an_account_that_is_not_theirs_has_no_name(as_rep: Client, company: list[Opportunity]) -> None:
    rows = words(as_rep.get(ROWS, {"kind": "won"}))
    assert "3 deals" in rows
    assert "A deal of an account that you may not see" in rows
    assert {line[0] for line in file_of(as_rep, ROWS, kind="won")[1:]} == {"Deal 1", "Not yours to see"}


def test_a_deal_closed_before_it_began_is_left_out_of_the_cycle_and_said_so(
    as_analyst: Client, company: list[Opportunity]
) -> None:
    Opportunity.objects.filter(pk=company[0].pk).update(engaged_on=TODAY)
    shown = words(as_analyst.get(PAGE))
    assert "1 won deal was closed before it began" in shown
    assert "20.00 20" in shown


def test_money_of_another_currency_is_left_out_and_said_so(as_analyst: Client, company: list[Opportunity]) -> None:
    Opportunity.objects.filter(pk=company[0].pk).update(currency="EUR")
    shown = words(as_analyst.get(PAGE))
    assert "1 deal is in EUR: counted, but its money is in no figure here." in shown
    assert "All 3 1 1" in shown
    assert "$570.50" in shown


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({}, id="no-kind"),
        pytest.param({"kind": "won", "by": "shoe size", "key": "9"}, id="no-dimension"),
        pytest.param({"kind": "won", "by": "territory", "key": "999999"}, id="no-key"),
    ],
)
def test_what_is_no_figure_has_no_rows(as_analyst: Client, company: list[Opportunity], query: dict[str, str]) -> None:
    assert as_analyst.get(ROWS, query).status_code == 404


def test_a_period_that_ends_before_it_begins_is_told(as_analyst: Client, company: list[Opportunity]) -> None:
    assert "The period ends before it begins." in words(
        as_analyst.get(PAGE, {"since": "2026-02-02", "until": "2026-01-01"})
    )


@pytest.mark.parametrize(
    ("name", "address"), [("deal-figures", f"{PAGE}?by=account"), ("deal-rows", f"{ROWS}?kind=won")]
)
def test_the_number_of_queries_does_not_grow(
    as_analyst: Client, company: list[Opportunity], account: Account, query_count: QueryCount, name: str, address: str
) -> None:
    with query_count(name):
        as_analyst.get(address)
    for number in range(100, 140):
        make(number, "Won", account=account, amount="5")
    with query_count(name):
        as_analyst.get(address)
