"""Every table of the double funnel's own page, and the deals behind a figure, as files."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from abmhub.accounts.models import Account
from abmhub.funnel.actions import snapshot
from abmhub.funnel.models import DealSnapshot, TamSnapshot
from abmhub.pipeline.models import Opportunity
from tests.web.test_funnel import DEALS, PAGE, TODAY, make_deals
from tests.web.test_metric_files import Sections, lines_of, sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def two_nights(account: Account, now: datetime) -> None:
    Account.objects.filter(pk=account.pk).update(created_at=now - timedelta(days=1))  # the database has its own clock
    make_deals(account)
    for days in (1, 0):
        snapshot(on=TODAY - timedelta(days=days))


@pytest.mark.usefixtures("two_nights")
@pytest.mark.parametrize(
    ("address", "tables"),
    [(PAGE, 3), (f"{PAGE}?view=restated", 4), (f"{DEALS}?kind=won", 1), (f"{DEALS}?kind=open", 1)],
)
def test_each_table_is_a_file_with_all_its_rows(as_analyst: Client, address: str, tables: int) -> None:
    sections = [each for each in Sections(as_analyst.get(address).content.decode()).found if each.rows]
    assert sum(len(each.rows) for each in sections) == tables
    for section in sections:
        for kind, rows in zip(("csv", "xlsx"), (lines_of, _sheet), strict=True):
            [path] = [link for link in section.links if f"as={kind}" in link]
            assert len(rows(as_analyst, address, path)) >= section.rows[0] + 1, path


@pytest.mark.usefixtures("two_nights")
def test_the_files_say_what_the_page_says(as_analyst: Client) -> None:
    night, market = DealSnapshot.objects.get(snapshot_on=TODAY, motion="abm"), TamSnapshot.objects.get()
    nights = lines_of(as_analyst, PAGE, "?as=csv&table=nights")
    assert nights[1][:3] == [TODAY.isoformat(), str(night.won), str(night.win_rate)]
    [_, line] = lines_of(as_analyst, PAGE, "?as=csv&table=markets")
    assert line[:4] == [str(market.quarter), TODAY.isoformat(), "1", str(market.accounts_with_acv)]
    assert as_analyst.get(PAGE, {"as": "csv", "table": "nothing"}).status_code == 404


@pytest.mark.usefixtures("two_nights")
def test_the_file_of_deals_has_those_that_a_person_may_see(
    as_analyst: Client, as_rep: Client, as_other_rep: Client
) -> None:
    won = Opportunity.objects.filter(stage__kind="won")
    for browser in (as_analyst, as_rep):
        lines = lines_of(browser, DEALS, "?kind=won&as=csv")
        assert sorted(line[0] for line in lines[1:]) == sorted(won.values_list("name", flat=True))
    assert len(lines_of(as_other_rep, DEALS, "?kind=won&as=csv")) == 1


def _sheet(browser: Client, page: str, path: str) -> range:
    """As many lines as the workbook has."""
    book = browser.get(f"{page.partition('?')[0]}{path}" if path.startswith("?") else path)
    return range(sheet_of(book.content))
