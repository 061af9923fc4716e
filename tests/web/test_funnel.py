"""The double funnel page, its picture, and the deals behind its figures."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Motion
from abmhub.funnel.actions import snapshot
from abmhub.funnel.double import double_funnel
from abmhub.funnel.models import DealSnapshot
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.funnel_picture import MERGED, NARROW, WIDE, Grid, Picture, picture
from abmhub.web.funnel_trend import line_chart
from tests.funnel.test_double import Freeze, freeze  # noqa: F401

PAGE, DEALS = reverse("funnel-show"), reverse("deal-list")
TODAY = date(2026, 3, 4)  # of `at_now`: a run that goes past midnight stays on its day
QueryCount = Callable[[str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("at_now")


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def make_deals(account: Account, *, won: int = 3, lost: int = 2, still_open: int = 4) -> None:
    """Deals of both motions with money of many sizes, closed on days of the last month."""
    random = Random(5)
    for kind, count in ((Stage.Kind.WON, won), (Stage.Kind.LOST, lost), (Stage.Kind.OPEN, still_open)):
        stage = Stage.objects.filter(kind=kind, is_qualified=True).first()
        assert stage is not None
        Opportunity.objects.bulk_create(
            Opportunity(
                account=account,
                name=f"{kind} {number}",
                motion=random.choice(list(Motion)),
                stage=stage,
                amount=Decimal(random.randint(100, 99_999)) / 100,
                engaged_on=TODAY - timedelta(days=90),
                closed_on=None if kind == Stage.Kind.OPEN else TODAY - timedelta(days=random.randint(0, 30)),
                source="test",
                external_id=f"{kind}-{number}",
            )
            for number in range(count)
        )


def test_before_the_first_night_it_says_what_will_come(as_rep: Client) -> None:
    page = words(as_rep.get(PAGE))
    assert "The first night has not run" in page
    assert "At the SQL they meet" in page


def test_a_night_that_found_nothing_leads_to_the_import(as_marketing_manager: Client, as_rep: Client) -> None:
    snapshot(on=TODAY)
    assert "There is nothing to count yet" in words(as_rep.get(PAGE))
    assert reverse("import-new") in as_marketing_manager.get(PAGE).content.decode()
    assert f'href="{reverse("import-new")}"' not in as_rep.get(PAGE).content.decode()


def test_it_says_the_finding_and_every_figure(as_analyst: Client, freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY)
    page = words(as_analyst.get(PAGE))
    for expected in (
        "Of closed deals ABM wins one in three, demand gen one in four: too few to call",
        "An engaged account brought $6,900, an MQL $900.",
        "2,000",
        "9,200",
        "13.5% to 16.6%",
        "24.5% to 43.6%",
        "$2,070,000",
        "$69,000",
        "1,111",  # MQLs for each million
        "30 of 90",
    ):
        assert expected in page, expected


def test_it_says_how_old_the_figures_are(as_analyst: Client, freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY - timedelta(days=2))
    assert "(2 days ago)" in words(as_analyst.get(PAGE))


def test_another_day_shows_what_was_known_then(as_analyst: Client, freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY)
    freeze(TODAY - timedelta(days=7), abm=(1_000, 200, 100, 60, 20))
    on = (TODAY - timedelta(days=7)).isoformat()
    response = as_analyst.get(PAGE, {"on": on})
    assert response.context["funnel"].abm.cells[0].volume == 1_000
    assert "Nothing was frozen" not in words(response)
    assert f"on={on}" in response.content.decode()  # the tiles drill into that day


def test_a_day_without_a_night_shows_the_one_before_and_says_so(
    as_analyst: Client,
    freeze: Freeze,  # noqa: F811
) -> None:
    freeze(TODAY - timedelta(days=7))
    response = as_analyst.get(PAGE, {"on": TODAY.isoformat()})
    assert response.context["funnel"].on == TODAY - timedelta(days=7)
    assert "Nothing was frozen on" in words(response)


@pytest.mark.parametrize("on", ["", "yesterday", "2026-13-45", "1990-01-01"])
def test_a_day_that_makes_no_sense_shows_the_newest(as_analyst: Client, freeze: Freeze, on: str) -> None:  # noqa: F811
    freeze(TODAY)
    assert as_analyst.get(PAGE, {"on": on}).context["funnel"].on == TODAY


def test_the_picture_is_named_after_its_finding(as_analyst: Client, freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY)
    page = as_analyst.get(PAGE).content.decode()
    pictures = re.findall(r'<svg class="double-picture.*?</svg>', page, re.DOTALL)
    assert len(pictures) == 2
    for drawn in pictures:
        assert "<title" in drawn
        assert "too few to call" in drawn
        assert "2,000 Target accounts" in drawn
        assert " style=" not in drawn


def test_the_pages_ask_the_same_number_of_queries_for_one_night_and_for_many(
    query_count: QueryCount,
    as_analyst: Client,
    freeze: Freeze,  # noqa: F811
    account: Account,
) -> None:
    freeze(TODAY)
    make_deals(account)
    with query_count("funnel-show"):
        as_analyst.get(PAGE)
    with query_count("deal-list"):
        as_analyst.get(DEALS, {"kind": "won"})
    for back in range(1, 40):
        freeze(TODAY - timedelta(days=back))
    Opportunity.objects.all().delete()
    make_deals(account, won=150)
    with query_count("funnel-show"):
        as_analyst.get(PAGE)
    with query_count("deal-list"):
        as_analyst.get(DEALS, {"kind": "won"})


def figure(tile: str, deals: DealSnapshot) -> tuple[int, Decimal | None]:
    amounts = {"won": deals.won_amount, "open": deals.open_amount}
    return getattr(deals, tile), amounts.get(tile)


@pytest.mark.parametrize("motion", ["", *Motion])
@pytest.mark.parametrize("kind", ["won", "lost", "open"])
def test_a_tile_equals_the_sum_of_the_rows_behind_it(
    as_analyst: Client, account: Account, motion: str, kind: str
) -> None:
    make_deals(account, won=130, lost=20, still_open=30)
    snapshot(on=TODAY)
    tiles = as_analyst.get(PAGE).context
    column = {"": tiles["both"], "abm": tiles["motions"][0], "demand_gen": tiles["motions"][1]}[motion]
    path, rows = getattr(column, f"{kind}_path"), []
    while path:
        context = as_analyst.get(path).context
        rows += context["page"].rows
        path = context["page"].next_url
    count, amount = figure(kind, column.deals)
    assert len({row.pk for row in rows}) == len(rows) == count > 0
    assert context["sums"].count == count
    if amount is not None:
        assert sum(row.amount for row in rows) == amount == context["sums"].amount


def test_rows_that_changed_since_the_night_are_pointed_out(as_analyst: Client, account: Account) -> None:
    make_deals(account)
    snapshot(on=TODAY)
    assert "As reported that night" in words(as_analyst.get(DEALS, {"kind": "won"}))
    Opportunity.objects.filter(name="won 0").update(amount=1)
    page = words(as_analyst.get(DEALS, {"kind": "won"}))
    assert "As reported that night" not in page
    assert "changed since; the next night counts them anew" in page


def test_money_that_nobody_knows_is_not_taken_for_nothing(as_analyst: Client, account: Account) -> None:
    make_deals(account, won=3)
    Opportunity.objects.filter(name="won 0").update(amount=None)
    Opportunity.objects.filter(name="won 1").update(currency="XXX")
    snapshot(on=TODAY)
    page = as_analyst.get(DEALS, {"kind": "won"})
    assert (page.context["sums"].count, page.context["sums"].known) == (3, 1)
    assert "in all, known of 1 deal" in words(page)
    assert "As reported that night" in words(page)


def test_a_rep_sees_the_deals_of_their_accounts_and_how_many_there_are(
    as_rep: Client, account: Account, other_account: Account
) -> None:
    make_deals(account, won=3)
    Opportunity.objects.filter(name="won 0").update(account=other_account)
    snapshot(on=TODAY)
    response = as_rep.get(DEALS, {"kind": "won"})
    assert response.context["sums"].count == 2
    assert "of 3 of the whole company" in words(response)
    assert "those of your accounts alone" in words(response)


@pytest.mark.parametrize("query", [{"kind": "maybe"}, {"kind": "won", "motion": "x"}, {"kind": "won", "on": "x"}])
def test_a_figure_that_there_is_not_is_not_found(as_analyst: Client, query: dict[str, str]) -> None:
    assert as_analyst.get(DEALS, query).status_code == 404


def test_a_deal_whose_account_nobody_knows_shows_the_name_it_came_with(as_analyst: Client, account: Account) -> None:
    make_deals(account, won=1)
    Opportunity.objects.update(account=None, account_name="Gone & Sons")
    assert "Gone & Sons" in words(as_analyst.get(DEALS, {"kind": "won"})).replace("&amp;", "&")


def test_the_trend_tells_what_moved(as_analyst: Client, freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY)
    assert "Trend" not in words(as_analyst.get(PAGE))
    freeze(TODAY - timedelta(days=30), decided=((20, 60), (46, 138)))
    response = as_analyst.get(PAGE)
    assert "Won deals: ABM from 20 to 30, Demand gen at 46" in words(response)
    chart = line_chart(response.context["points"], "won")
    assert [line.value for line in chart.lines] == ["30", "46"]
    assert [text for _, text in chart.ticks] == ["0", "25", "50"]


def drawn(grid: Grid) -> Picture:
    funnel = double_funnel(TODAY)
    assert funnel is not None
    return picture(funnel, grid)


@pytest.mark.parametrize("grid", [WIDE, NARROW], ids=lambda grid: grid.name)
def test_the_picture_stays_within_itself_and_grows_with_the_volume(
    freeze: Freeze,  # noqa: F811
    grid: Grid,
) -> None:
    freeze(TODAY)
    made = drawn(grid)
    for side in made.sides:
        for band in side.bands:
            assert 0 <= band.left <= band.right <= grid.width
            assert 0 <= band.top < band.bottom <= made.height
        for text in side.texts:
            assert 0 <= text.x <= grid.width
            assert 0 < text.y <= made.height
    abm, demand_gen = made.sides
    # Four times the volume is twice the width: 9,200 leads against 2,300 MQLs.
    assert demand_gen.bands[0].width == pytest.approx(2 * demand_gen.bands[1].width)
    assert abm.bands[0].right < demand_gen.bands[0].left  # apart
    for left, right in zip(abm.bands, demand_gen.bands, strict=True):
        if left.cell.stage in MERGED:
            assert 0 < right.left - left.right < 5  # back to back


def test_an_empty_motion_is_drawn_without_bands_and_flows(freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY, abm=(0, 0, 0, 0, 0), decided=((0, 0), (46, 138)))
    abm = drawn(WIDE).sides[0]
    assert [band.width for band in abm.bands] == [0.0] * 5
    assert abm.flows == []


def test_a_single_deal_can_still_be_seen(freeze: Freeze) -> None:  # noqa: F811
    freeze(TODAY, abm=(1, 1, 1, 1, 1), demand_gen=(1_000_000, 9, 9, 9, 9))
    assert min(band.width for band in drawn(WIDE).sides[0].bands) >= 2


def test_only_what_was_frozen_is_shown(as_analyst: Client, freeze: Freeze, account: Account) -> None:  # noqa: F811
    """The page reads the night's figures, not the deals of this minute."""
    freeze(TODAY)
    make_deals(account, won=9)
    assert as_analyst.get(PAGE).context["both"].deals.won == 76


def test_the_deals_open_with_the_won_ones(as_analyst: Client) -> None:
    page = as_analyst.get("/funnel/deals/")
    assert page.status_code == 200
    assert page.context["kind"] == "won"
