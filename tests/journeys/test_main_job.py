"""The main job, as three people do it in a browser: import, tier, order, deliver, told, spent."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from abmhub.accounts.actions import assign
from abmhub.accounts.models import Account, Territory, Tier
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core.days import business_day
from abmhub.integrations import outbox, sweeps
from abmhub.orders import actions
from abmhub.orders.models import Order
from abmhub.signals.models import EngagementEvent, EventType, IntentObservation, IntentProvider, Topic
from abmhub.users.models import User
from tests.journeys.conftest import DESK, OpenBrowser, assert_accessible

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.django_db(transaction=True)]

FILE = """Company,Industry,Employees,Annual revenue,Founded,ACV
Northwind Tools,technology,1200,88000000,1998,95000
Southfield Paper,paper,40,900000,2021,2000
"""
PHOTOGRAPH = {"name": "card.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}
LETTER, GUIDE = "Handwritten card from our executive", "Printed buyer's guide"


@pytest.fixture
def northwind(tmp_path: Path, rep: User, admin: User) -> Account:
    """An account as it came from a file, given to the rep's territory, with people who work there."""
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    call_command("import_file", "accounts", str(file))
    account = Account.objects.get(name="Northwind Tools")
    territory = Territory.objects.create(name="East coast")
    territory.members.add(rep)
    assign(account=account, owner=rep, territory=territory, by=admin, at=timezone.now())
    for name, title, code in (
        ("Dana Whitfield", "Chief Financial Officer", "decision_maker"),
        ("Ivo Petrov", "Head of Operations", "influencer"),
    ):
        Contact.objects.create(
            account=account,
            name=name,
            title=title,
            email=f"{name.split()[0].lower()}@northwind.example",
            buying_role=BuyingRole.objects.get(code=code),
        )
    return account


@pytest.fixture
def signals(northwind: Account) -> None:
    """Three demo requests this week, and a topic that they suddenly read about."""
    now = timezone.now()
    demo_request = EventType.objects.get(code="demo_request")
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=northwind,
            event_type=demo_request,
            occurred_at=now - timedelta(days=days),
            source="site",
            external_id=f"demo-{days}",
        )
        for days in (1, 2, 3)
    )
    provider = IntentProvider.objects.create(code="watch", name="Watch", lawful_basis="consent", is_scored=True)
    topic = Topic.objects.create(name="Workflow software")
    today = business_day(now)
    monday = today - timedelta(days=today.weekday())
    IntentObservation.objects.bulk_create(
        IntentObservation(
            account=northwind,
            provider=provider,
            topic=topic,
            week_on=monday - timedelta(weeks=weeks),
            level=90 if weeks <= 3 else 20 + weeks % 3,
        )
        for weeks in range(16)
    )


@pytest.fixture
def purse(rep: User) -> Envelope:
    """1,000.00 for the Tier 1 accounts of the rep's team this year."""
    today = business_day(timezone.now())
    return Envelope.objects.create(
        name=f"Tier 1, East, {today.year}",
        tier=Tier.objects.get(level=1),
        team=rep.team,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        total_amount=Decimal("1000.00"),
    )


def order_twice_by_double_click(page: Page) -> None:
    """Tick two tactics, choose for whom, and press the button as an impatient person does."""
    for tactic, people in ((LETTER, ["Dana Whitfield", "Ivo Petrov"]), (GUIDE, ["Dana Whitfield"])):
        box = page.get_by_role("group", name=tactic)
        box.get_by_role("checkbox", name=tactic).check()
        for more in box.locator("summary").all():
            more.click()
        for person in ("Dana Whitfield", "Ivo Petrov"):
            box.get_by_role("checkbox", name=person).set_checked(person in people)
    expect(page.locator("#menu-total")).to_contain_text("47.50")
    page.get_by_role("button", name="Order").dblclick()
    page.wait_for_url("**/orders/*/")


def tick(step: Locator) -> None:
    """With what the recipe asks for as proof."""
    if step.locator(".proof input[type=file]").count():
        step.locator(".proof input[type=file]").set_input_files(PHOTOGRAPH)  # type: ignore[arg-type]
        step.get_by_role("button", name="Tick").click()
    elif step.locator(".proof").count():
        step.locator(".proof input[name=proof]").fill("1Z 999 AA1")
        step.get_by_role("button", name="Tick").click()
    else:
        step.get_by_role("checkbox").first.click()
    expect(step).to_have_class(re.compile("checklist-done"))


def deliver(page: Page, tactic: str, note: str) -> None:
    page.goto("/tasks/?view=unassigned")
    page.get_by_role("link", name=tactic).first.click()
    page.get_by_role("button", name="Claim").click()
    steps = page.locator("#steps .checklist > li")
    for number in range(steps.count()):
        tick(steps.nth(number))
    page.get_by_label("note").or_(page.locator("#id_note")).first.fill(note)
    page.get_by_role("button", name="Deliver and tell Rana").click()
    expect(page.locator("#deliver-title")).to_have_text("Delivered")


def test_a_rep_orders_for_an_imported_account_and_marketing_delivers(
    northwind: Account, signals: None, purse: Envelope, rep: User, marketer: User, open_browser: OpenBrowser
) -> None:
    call_command("nightly")

    page = open_browser(rep, viewport=DESK).new_page()
    page.goto("/")
    page.get_by_role("link", name="Accounts", exact=True).first.click()
    page.get_by_role("searchbox").first.fill("northwind")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Southfield Paper")).to_have_count(0)
    page.get_by_role("link", name="Northwind Tools").first.click()
    expect(page.locator("h1")).to_contain_text("Tier 1")
    expect(page.get_by_role("main")).to_contain_text("fit 100 (at least 70)")
    assert_accessible(page)

    page.get_by_role("link", name="Open the menu").click()
    order_twice_by_double_click(page)
    order = Order.objects.get()
    expect(page.locator("h1")).to_contain_text(order.number)
    assert_accessible(page)
    purse.refresh_from_db()
    assert purse.reserved_amount == order.total_amount == Decimal("47.50")

    desk = open_browser(marketer, viewport=DESK).new_page()
    actions.route_tasks(at=timezone.now())
    sweeps.announce_tasks(at=timezone.now())
    outbox.sweep(at=timezone.now())
    deliver(desk, LETTER, "Handed to both at the reception.")
    deliver(desk, GUIDE, "Signed for by Dana.")
    outbox.sweep(at=timezone.now())

    page.reload()
    expect(page.get_by_text("Delivered").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Handed to both at the reception.")
    page.goto("/notifications/")
    expect(page.get_by_role("main")).to_contain_text("delivered")
    page.goto(f"/accounts/{northwind.pk}/")
    expect(page.get_by_role("main")).to_contain_text(LETTER)
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("Follow-ups you owe")

    purse.refresh_from_db()
    assert (purse.reserved_amount, purse.spent_amount) == (Decimal(0), Decimal("47.50"))
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True)) == [
        "reserve",
        "reserve",
        "spend",
        "spend",
    ]
