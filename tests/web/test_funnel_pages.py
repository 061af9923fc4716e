"""The pages beside the double funnel: slices, cohorts, rows, advice and balance, and their files."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Motion, Spend
from abmhub.funnel import cells
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cells import Question
from abmhub.funnel.models import BalanceMonth, Benchmark, FunnelStage
from abmhub.pipeline.models import Opportunity, Stage
from tests.web.test_funnel import make_deals

TODAY = date(2026, 3, 4)  # of `at_now`: a run that goes past midnight stays on its day
SLICES, COHORTS, ROWS = reverse("funnel-slices"), reverse("funnel-cohorts"), reverse("funnel-rows")
INVEST, PLAN, BALANCE = reverse("funnel-invest"), reverse("funnel-plan"), reverse("funnel-balance")
QueryCount = Callable[[str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("at_now")


def words(response: object) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())  # type: ignore[attr-defined]


@pytest.fixture
def company(account: Account, other_account: Account) -> Account:
    """Deals of two accounts, some from a campaign that cost money, in last night's snapshot."""
    make_deals(account, won=12, lost=20, still_open=9)
    mail = Channel.objects.get(code="mail")
    campaign = Campaign.objects.create(name="Spring", motion=Motion.ABM, channel=mail, started_on=TODAY)
    Spend.objects.create(campaign=campaign, spent_on=TODAY - timedelta(days=9), amount=500)
    Opportunity.objects.filter(motion=Motion.ABM).update(campaign=campaign)
    Opportunity.objects.filter(name__endswith=" 1").update(account=other_account)
    snapshot(on=TODAY)
    return account


@pytest.mark.parametrize("page", [SLICES, COHORTS, INVEST, PLAN, BALANCE])
def test_before_the_first_night_every_page_says_what_will_come(as_analyst: Client, page: str) -> None:
    assert "The first night has not run" in words(as_analyst.get(page))


@pytest.mark.parametrize("by", [["channel"], ["segment"], ["month", "owner"], ["account_key"]])
def test_the_rows_behind_each_cell_are_as_many_as_it_says(as_analyst: Client, company: Account, by: list[str]) -> None:
    query = {f"by{place or ''}".replace("1", "2"): name for place, name in enumerate(by)}
    answer = as_analyst.get(SLICES, query)
    if by == ["account_key"]:
        assert answer.status_code == 404
        return
    found = re.findall(r'href="(/funnel/rows/[^"]+)">([\d,]+)</a>', answer.content.decode())
    assert found
    for path, volume in found:
        page = as_analyst.get(unescape(path))
        assert page.context["cell"].volume == int(volume) == len(page.context["rows"])
        money = sum(row.amount or 0 for row in page.context["rows"])
        assert page.context["cell"].value_amount in (money, 0)


def test_a_slice_without_a_name_has_its_rows_too(as_analyst: Client, company: Account) -> None:
    found = cells.count(Question(as_of=TODAY, night=TODAY), ("industry",))
    nameless = found[None, None][Motion.ABM, FunnelStage.SQL].volume
    page = as_analyst.get(ROWS, {"motion": "abm", "stage": "sql", "by1": "industry", "key1": ""})
    assert page.context["cell"].volume == len(page.context["rows"]) == nameless


def test_rows_of_accounts_that_are_not_ours_have_no_name(as_rep: Client, company: Account) -> None:
    page = as_rep.get(ROWS, {"motion": "abm", "stage": "pool"})
    shown = words(page)
    assert len(page.context["rows"]) == 2
    assert "Acme Robotics" in shown
    assert "Borealis" not in shown
    assert "Not yours to see, or gone" in shown


def test_what_is_no_cell_is_not_found(as_analyst: Client, company: Account) -> None:
    for query in ({}, {"motion": "abm", "stage": "nonsense"}, {"motion": "abm", "stage": "won", "by1": "nonsense"}):
        assert as_analyst.get(ROWS, query).status_code == 404


def test_long_lists_of_rows_go_on(as_analyst: Client, account: Account) -> None:
    make_deals(account, won=150, lost=0, still_open=100)
    snapshot(on=TODAY)
    first = as_analyst.get(ROWS, {"motion": "abm", "stage": "sql"})
    second = as_analyst.get(ROWS + first.context["next_url"])
    assert len(first.context["rows"]) == 100
    assert {row.key for row in first.context["rows"]}.isdisjoint(row.key for row in second.context["rows"])


def test_slices_are_held_against_the_whole_motion_or_the_table(as_analyst: Client, company: Account) -> None:
    assert "No conversion can be told apart from all of ABM" in words(as_analyst.get(SLICES))
    Benchmark.objects.create(motion=Motion.ABM, stage="won", share=Decimal("0.99"), source="A report", dated_on=TODAY)
    page = words(as_analyst.get(SLICES, {"benchmark": "table"}))
    assert "1 below the benchmark table" in page
    assert "below 99.0%" in page or "below 99%" in page


@pytest.mark.parametrize("page", [reverse("funnel-show"), SLICES, COHORTS, INVEST, PLAN, BALANCE])
def test_every_table_is_a_file_too(as_analyst: Client, company: Account, page: str) -> None:
    csv = b"".join(as_analyst.get(page, {"as": "csv"}))
    assert csv.startswith(b"\xef\xbb\xbf")
    header = csv.decode("utf-8-sig").splitlines()[0].split(",")[0].strip('"')
    sheet = load_workbook(BytesIO(as_analyst.get(page, {"as": "xlsx"}).content)).active
    assert sheet is not None
    assert sheet["A1"].value == header


def test_a_workbook_runs_no_formula_that_somebody_typed(as_analyst: Client, company: Account) -> None:
    Campaign.objects.update(name="=1+1")
    file = as_analyst.get(SLICES, {"by": "campaign", "as": "xlsx"}).content
    sheet = load_workbook(BytesIO(file)).active
    assert sheet is not None
    assert "'=1+1" in [cell.value for cell in sheet["A"]]


def test_the_picture_is_a_file_that_stands_alone(as_analyst: Client, company: Account) -> None:
    answer = as_analyst.get(reverse("funnel-picture"))
    assert answer["Content-Type"].startswith("image/svg+xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Target accounts" in "".join(root.itertext())
    assert b"var(--" not in answer.content
    assert as_analyst.get(reverse("funnel-picture-png")).content.startswith(b"\x89PNG")


def test_cohorts_say_which_have_not_had_their_time(as_analyst: Client, company: Account) -> None:
    page = words(as_analyst.get(COHORTS))
    assert "Cohort view by month of entry" in page
    assert "still open" in page


def test_a_day_is_told_as_reported_and_as_restated(as_analyst: Client, company: Account) -> None:
    yesterday = TODAY - timedelta(days=1)
    Opportunity.objects.filter(stage__kind=Stage.Kind.OPEN)[0].delete()
    snapshot(on=TODAY + timedelta(days=1))
    reported = as_analyst.get(reverse("funnel-show"), {"on": f"{TODAY}"})
    restated = as_analyst.get(reverse("funnel-show"), {"on": f"{TODAY}", "view": "restated"})
    assert reported.context["funnel"].abm.cells[2].volume + reported.context["funnel"].demand_gen.cells[2].volume == 41
    assert restated.context["funnel"].abm.cells[2].volume + restated.context["funnel"].demand_gen.cells[2].volume == 40
    assert sum(each.by_data for _, name, each in restated.context["differences"] if name == "SQLs") == -1
    assert "As reported then, and today" in words(restated)
    earlier = as_analyst.get(reverse("funnel-show"), {"on": f"{yesterday}", "view": "restated"})
    assert (earlier.context["funnel"].on, earlier.context["differences"]) == (yesterday, [])


def test_a_period_that_ends_before_it_begins_is_refused_in_words(as_analyst: Client, company: Account) -> None:
    page = words(as_analyst.get(reverse("funnel-show"), {"since": "2026-03-02", "until": "2026-03-01"}))
    assert "The period ends before it begins." in page


def test_the_next_money_is_told_with_its_interval(as_marketing_manager: Client, company: Account) -> None:
    page = words(as_marketing_manager.get(INVEST))
    assert "The next SQL is surest to come from Mail" in page
    assert "95% interval" in page


def test_a_goal_is_told_backwards(as_marketing_manager: Client, company: Account) -> None:
    page = as_marketing_manager.get(PLAN, {"goal": "10000", "abm": "100"})
    abm = page.context["plans"][0]
    assert abm.goal == 10_000
    assert [need.stage for need in abm.needs] == list(FunnelStage)[::-1]
    assert "cannot be told" in words(page)
    assert as_marketing_manager.get(PLAN, {"goal": "nonsense"}).status_code == 200


def test_a_swing_is_on_the_home_page_of_managers(
    as_marketing_manager: Client, as_sales_manager: Client, as_rep: Client, company: Account
) -> None:
    this_month = TODAY.replace(day=1)
    for back in range(1, 12):
        number = this_month.year * 12 + this_month.month - 1 - back
        BalanceMonth.objects.update_or_create(
            month_on=this_month.replace(year=number // 12, month=number % 12 + 1),
            measure="revenue",
            defaults={"abm": 80 if back == 1 else 50, "demand_gen": 20 if back == 1 else 50},
        )
    swing = "ABM's share of revenue swings up: 80%, usual is 50%"
    assert swing in words(as_marketing_manager.get(BALANCE))
    assert swing in words(as_marketing_manager.get("/"))
    assert swing in words(as_sales_manager.get("/"))
    assert swing not in words(as_rep.get("/"))


def test_the_pages_ask_the_same_number_of_queries_for_few_rows_and_many(
    as_analyst: Client, account: Account, query_count: QueryCount
) -> None:
    pages = {"slices": SLICES, "cohorts": COHORTS, "invest": INVEST, "plan": PLAN, "balance": BALANCE}
    pages["rows"] = f"{ROWS}?motion=abm&stage=sql"
    for many in (3, 40):
        Opportunity.objects.all().delete()
        make_deals(account, won=many, lost=many, still_open=many)
        snapshot(on=TODAY)
        for name, page in pages.items():
            # The first who asks has it counted.
            as_analyst.get(page)
            with query_count(f"funnel-{name}"):
                as_analyst.get(page)


def test_the_lines_of_the_trend_are_files_too(as_analyst: Client, company: Account) -> None:
    snapshot(on=TODAY - timedelta(days=7))
    address = reverse("funnel-chart", args=["won", "svg"])
    assert address in as_analyst.get(reverse("funnel-show")).content.decode()
    drawn = ET.fromstring(as_analyst.get(address).content)  # noqa: S314
    assert (drawn.findtext("{http://www.w3.org/2000/svg}title") or "").startswith("Won deals: ABM")
    assert as_analyst.get(reverse("funnel-chart", args=["win_rate", "png"])).content.startswith(b"\x89PNG")
    for what, kind in (("love", "svg"), ("won", "gif")):
        assert as_analyst.get(reverse("funnel-chart", args=[what, kind])).status_code == 404


def test_the_balance_is_a_file_too(as_analyst: Client, company: Account) -> None:
    for back in range(1, 9):
        month = (TODAY.replace(day=1) - timedelta(days=30 * back)).replace(day=1)
        BalanceMonth.objects.get_or_create(
            month_on=month, measure=BalanceMonth.Measure.SPEND, defaults={"abm": 40, "demand_gen": 60}
        )
    address = reverse("funnel-balance-picture", args=["spend", "svg"])
    assert address in as_analyst.get(BALANCE).content.decode()
    assert "ABM's share of spend" in (ET.fromstring(as_analyst.get(address).content)[0].text or "")  # noqa: S314
    assert as_analyst.get(reverse("funnel-balance-picture", args=["love", "svg"])).status_code == 404


def test_the_rows_behind_a_cell_are_a_file_too(as_analyst: Client, company: Account) -> None:
    answer = as_analyst.get(ROWS, {"motion": "abm", "stage": "won", "as": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    [count] = re.findall(r"(\d+) rows?", words(as_analyst.get(ROWS, {"motion": "abm", "stage": "won"})))
    assert len(lines) - 1 == int(count)
    assert lines[0] == "What,Kind,Number,Account,Reached on,Days,Money"
