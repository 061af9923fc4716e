"""Every table of the pages of metrics and programs is a file (CSV, XLSX), and every picture is one (SVG, PNG)."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from openpyxl import load_workbook

from abmhub.accounts.models import Account
from abmhub.campaigns.actions import freeze_program
from abmhub.campaigns.models import Campaign, Channel, Program, Spend, Touch
from abmhub.funnel.actions import snapshot as freeze_funnel
from abmhub.menus.stages import FunnelStage
from abmhub.metrics.actions import snapshot
from abmhub.metrics.figures import WON_AMOUNT
from abmhub.metrics.models import Choice, Target
from abmhub.metrics.returns import keep_returns
from abmhub.metrics.stages import keep_stages
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Opportunity, Stage, StageChange
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

TABLES = {
    "metric-list": 2,
    "metric-attribution": 1,
    "metric-content": 1,
    "metric-returns": 1,
    "metric-returns-rows": 1,
    "metric-stages": 2,
    "metric-staying": 1,
    "metric-below": 1,
    "metric-tactics": 1,
    "metric-targets": 3,
    "metric-months": 1,
    "metric-rows": 1,
    "metric-show": 2,
    "program-list": 1,
    "program-show": 3,
}
"""How many tables a page shows when there is something of everything."""
PICTURES = {"metric-show": 1}
NO_PAGES = {
    "metric-target-new", "metric-target", "metric-target-remove", "metric-goals", "metric-notes", "metric-report",
    "metric-confirm", "metric-decline", "metric-trend", "program-add", "program-edit", "program-freeze",
}  # fmt: skip
"""Forms, and what is a file itself."""


@dataclass
class Section:
    """What stands in one section of a page, or on the page outside of all."""

    links: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    figures: int = 0


class Sections(HTMLParser):
    """The sections of a page with their tables (the rows of each), pictures and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open = [Section()]
        self.found = [self.open[0]]
        self.in_body = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = self.open[-1]
        if tag == "section":
            self.open.append(Section())
            self.found.append(self.open[-1])
        elif tag == "a":
            here.links.append(dict(attrs).get("href") or "")
        elif tag == "table":
            here.rows.append(0)
        elif tag == "tbody":
            self.in_body = True
        elif tag == "tr" and self.in_body:
            here.rows[-1] += 1
        elif tag == "figure":
            here.figures += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self.open.pop()
        elif tag == "tbody":
            self.in_body = False


@pytest.fixture
def full(
    account: Account, line: OrderLine, program: Program, metric_target: Target, metric_choice: Choice, today: date,
    marketing_manager: User, now: datetime,
) -> dict[str, str]:  # fmt: skip
    """Something of everything that the pages show; the address of each page."""
    Target.objects.create(metric="acv", starts_on=today.replace(year=2025), ends_on=today.replace(day=1), value=1)
    Program.objects.update(starts_on=today.replace(month=1, day=1))
    program.refresh_from_db()
    freeze_program(program=program, by=marketing_manager, at=now)
    campaign = Campaign.objects.create(
        name="Letters", motion="abm", channel=Channel.objects.get(code="mail"), started_on=today, program=program
    )
    Spend.objects.create(campaign=campaign, spent_on=today, amount=250)
    OrderLine.objects.filter(pk=line.pk).update(
        state=OrderLine.State.DELIVERED, delivered_at=now - timedelta(days=9), actual_cost=10
    )
    for source, key in (("orders", f"{line.reference}/contact-1"), ("marketing", "1")):
        Touch.objects.create(
            account=account, channel=campaign.channel, occurred_at=now - timedelta(days=9), source=source,
            external_id=key,
        )  # fmt: skip
    event_type = EventType.objects.order_by("pk")[0]
    EngagementEvent.objects.create(account=account, event_type=event_type, occurred_at=now, source="t", external_id="1")
    account.standing.engagement = 40
    account.standing.save()
    waiting = _deals(account, today)
    for night in (today - timedelta(days=7), date(2026, 2, 28), today):
        snapshot(on=night)
    freeze_funnel(on=today)
    keep_returns(on=today)
    keep_stages(on=today)
    asked = f"?kind=tactic&model=even&outcome=won&key={line.tactic_id}"
    args: dict[str, list[Any]] = {
        "metric-staying": [waiting.pk],
        "metric-below": [FunnelStage.SQL.value],
        "metric-rows": [WON_AMOUNT.code],
        "metric-show": ["win_rate"],
        "program-show": [program.pk],
    }
    paths = {name: reverse(name, args=args.get(name, [])) for name in TABLES}
    return paths | {"metric-returns-rows": f"{paths['metric-returns-rows']}{asked}"}


def _deals(account: Account, today: date) -> Stage:
    """Deals of every outcome on both sides of the nights; returns the stage in which one waits."""
    waiting = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")[0]
    for kind, back in (("won", 10), ("won", 0), ("lost", 10), ("open", 0)):
        stage = waiting if kind == "open" else Stage.objects.filter(kind=kind).order_by("pk")[0]
        deal = Opportunity.objects.create(
            account=account, name=f"{kind} {back}", stage=stage, amount=Decimal(1_000), source="t",
            engaged_on=today - timedelta(days=20), external_id=f"{kind} {back}",
            closed_on=None if kind == "open" else today - timedelta(days=back),
        )  # fmt: skip
        StageChange.objects.create(opportunity=deal, stage=waiting, entered_on=today - timedelta(days=20))
    return waiting


def patterns() -> Iterator[str]:
    for each in get_resolver().url_patterns:
        if isinstance(each, URLPattern) and str(each.name).startswith(("metric-", "program-")):
            yield str(each.name)


def test_no_page_of_metrics_and_programs_is_forgotten() -> None:
    assert set(patterns()) == set(TABLES) | NO_PAGES


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_files_with_all_its_rows(
    name: str, full: dict[str, str], as_marketing_manager: Client
) -> None:
    answer = as_marketing_manager.get(full[name])
    assert answer.status_code == 200
    sections = Sections(answer.content.decode()).found
    with_table = [each for each in sections if each.rows]
    assert sum(len(each.rows) for each in with_table) == TABLES[name]
    assert max(len(each.rows) for each in with_table) == 1, "each table stands in a section of its own, with its files"
    for section in with_table:
        path = _one(section.links, "csv")
        lines = lines_of(as_marketing_manager, full[name], path)
        assert len(lines) > section.rows[0]
        assert len({len(each) for each in lines}) == 1
        book = as_marketing_manager.get(_address(full[name], _one(section.links, "xlsx")))
        assert sheet_of(book.content) == len(lines)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_a_drawing_and_an_image(name: str, full: dict[str, str], as_marketing_manager: Client) -> None:
    sections = Sections(as_marketing_manager.get(full[name]).content.decode()).found
    drawn = [each for each in sections if each.figures]
    assert sum(each.figures for each in drawn) == PICTURES[name]
    for section in drawn:
        drawing, image = (as_marketing_manager.get(_one(section.links, kind)).content for kind in ("svg", "png"))
        assert drawing.lstrip().startswith(b"<svg")
        assert image.startswith(b"\x89PNG")


def test_no_other_page_has_a_picture_without_a_file(full: dict[str, str], as_marketing_manager: Client) -> None:
    found = Counter({name: as_marketing_manager.get(path).content.count(b"<figure") for name, path in full.items()})
    assert +found == Counter(PICTURES)


@pytest.mark.parametrize("table", ["metrics", "three-rs", "activities", "slices"])
def test_what_the_metrics_page_shows_as_cards_is_a_file_too(
    table: str, full: dict[str, str], as_marketing_manager: Client
) -> None:
    sections = Sections(as_marketing_manager.get(full["metric-list"]).content.decode()).found
    assert any(f"table={table}&" in link for each in sections for link in each.links)
    lines = lines_of(as_marketing_manager, full["metric-list"], f"?table={table}&as=csv")
    assert len(lines) > 1


def test_the_file_of_the_metrics_has_every_definition_with_its_figures(
    full: dict[str, str], as_marketing_manager: Client
) -> None:
    lines = lines_of(as_marketing_manager, full["metric-list"], "?table=metrics&as=csv")
    rate = [line[1:6] for line in lines if line[0] == "Win rate"]
    assert rate[0][:3] == ["Won of decided deals", "yes", ""]
    assert Decimal(rate[0][3]) == Decimal(2) / 3
    assert ["Won of decided deals", "yes", "Won deals", "2", ""] in rate
    assert ["Conversions of interactions", "no", "Touches of engaged accounts", "2", ""] in rate


def test_who_may_not_know_the_spend_finds_it_in_no_file(full: dict[str, str], as_rep: Client) -> None:
    for name, table, hidden in (
        ("metric-list", "metrics", "Customer acquisition cost"),
        ("metric-tactics", "", "Cost each"),
        ("program-show", "campaigns", "Spent"),
    ):
        lines = lines_of(as_rep, full[name], f"?table={table}&as=csv")
        assert lines
        assert all(hidden not in line for line in lines), name


def test_a_table_that_a_page_has_not_is_none(full: dict[str, str], as_marketing_manager: Client) -> None:
    for name in ("metric-list", "metric-targets", "metric-content", "metric-stages", "program-show"):
        answer = as_marketing_manager.get(full[name], {"as": "csv", "table": "nothing"})
        assert answer.status_code == 404, name


def _one(links: list[str], kind: str) -> str:
    """The one file of that kind among these links."""
    [path] = {link for link in links if f"as={kind}" in link or f".{kind}" in link}
    return path


def _address(page: str, path: str) -> str:
    return f"{page.partition('?')[0]}{path}" if path.startswith("?") else path


def lines_of(browser: Client, page: str, path: str) -> list[list[str]]:
    answer: Any = browser.get(_address(page, path))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def sheet_of(content: bytes) -> int:
    """How many lines the workbook has."""
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    assert sheet is not None
    return len(list(sheet.iter_rows()))
