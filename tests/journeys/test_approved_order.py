"""An order that needs approval, from the tick to the follow-up, as four people see it in a browser."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.integrations import outbox, sweeps
from abmhub.menus.models import RecipeStep
from abmhub.orders.actions import route_tasks
from abmhub.orders.models import FollowUp, Order, Task
from abmhub.users.models import User
from tests.conftest import make_tactic
from tests.journeys.conftest import DESK, OpenBrowser, assert_accessible

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TACTICS = {"Handwritten letter": Decimal(40), "Popcorn box": Decimal(25), "Desk sculpture": Decimal(150)}
PHOTOGRAPH = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.fixture
def menu(tier1: Tier) -> None:
    """Three tactics; the sculpture asks for a photograph of it on the desk."""
    approved_at = timezone.now()
    for name, unit_cost in TACTICS.items():
        tactic = make_tactic(name, tier=tier1, now=approved_at, unit_cost=unit_cost)
    RecipeStep.objects.filter(tactic=tactic, position=2).update(proof=RecipeStep.Proof.FILE)


@pytest.fixture
def purse(rep: User, tier1: Tier) -> Envelope:
    """2,000.00 for the Tier 1 accounts of the rep's team this year."""
    today = business_day(timezone.now())
    return Envelope.objects.create(
        name=f"Tier 1, East, {today.year}",
        tier=tier1,
        team=rep.team,
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        total_amount=Decimal(2000),
    )


def spread_the_news() -> None:
    """What workers do every few seconds."""
    at = timezone.now()
    route_tasks(at=at)
    sweeps.announce_tasks(at=at)
    outbox.sweep(at=at)


def tick_everything(page: Page, contacts: list[Contact]) -> None:
    for tactic in TACTICS:
        box = page.get_by_role("group", name=tactic)
        box.get_by_role("checkbox", name=tactic).check()
        for more in box.locator("summary").all():
            more.click()
        for contact in contacts:
            box.get_by_role("checkbox", name=contact.name).check()


def order_all(page: Page, account: Account, contacts: list[Contact]) -> Order:
    """Three tactics for three people; pressed twice and gone back, it is one order, and it waits for Selma."""
    page.goto(f"/accounts/{account.pk}/menu/")
    tick_everything(page, contacts)
    expect(page.locator("#menu-total")).to_contain_text("$645")
    expect(page.locator("#menu-total")).to_contain_text("Selma Berg")
    assert_accessible(page)
    page.get_by_role("button", name="Order").dblclick()
    page.wait_for_url("**/orders/*/")
    expect(page.get_by_role("main")).to_contain_text("Selma Berg")
    order = Order.objects.get()
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text(order.number)
    assert not Task.objects.unfinished().exists()
    return order


def approve(manager: Page) -> None:
    manager.goto("/approvals/")
    manager.get_by_role("link", name="Acme Robotics").click()
    assert_accessible(manager)
    manager.get_by_label("Why?").fill("They asked for exactly this.")
    manager.get_by_role("button", name="Approve").click()
    manager.goto("/approvals/?view=decided")
    expect(manager.get_by_role("main")).to_contain_text("They asked for exactly this.")


def claim_and_wait(desk: Page) -> None:
    desk.goto("/tasks/?view=unassigned")
    desk.get_by_role("link", name="Desk sculpture").first.click()
    desk.get_by_role("button", name="Claim").click()
    desk.get_by_text("Wait on somebody").click()
    desk.get_by_label("The rep").check()
    desk.get_by_label("What are you waiting for?").fill("Which colour does Dana like?")
    desk.get_by_role("button", name="Pause the clock").click()
    expect(desk.locator("#timing")).to_contain_text("Clock paused")


def resume_and_deliver(desk: Page) -> None:
    desk.get_by_role("button", name="Resume").click()
    desk.get_by_role("checkbox", name="Write the card").click()
    expect(desk.get_by_role("checkbox", name="Write the card")).to_be_checked()
    photograph: FilePayload = {"name": "desk.png", "mimeType": "image/png", "buffer": PHOTOGRAPH}
    desk.get_by_label("File that shows: Hand to the courier").set_input_files(photograph)
    desk.get_by_role("button", name="Tick", exact=True).click()
    expect(desk.get_by_role("checkbox", name="Hand to the courier")).to_be_checked()
    desk.locator("#id_note").fill("Dana put it on her desk.")
    desk.get_by_role("button", name="Deliver and tell Rana").click()
    expect(desk.locator("#deliver-title")).to_have_text("Delivered")
    assert_accessible(desk)


def follow_up(page: Page, order: Order) -> None:
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_role("main")).to_contain_text("Dana put it on her desk.")
    page.get_by_placeholder("What came of it?").fill("A meeting on Monday.")
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("A meeting on Monday.")
    page.goto(f"/accounts/{order.account_id}/")
    expect(page.get_by_role("main")).to_contain_text("Desk sculpture")


def test_an_order_is_approved_made_with_a_pause_delivered_with_a_photograph_and_followed_up(
    account: Account,
    contacts: list[Contact],
    menu: None,
    purse: Envelope,
    rep: User,
    sales_manager: User,
    marketer: User,
    open_browser: OpenBrowser,
) -> None:
    page = open_browser(rep, viewport=DESK).new_page()
    order = order_all(page, account, contacts)
    approve(open_browser(sales_manager, viewport=DESK).new_page())
    spread_the_news()

    desk = open_browser(marketer, viewport=DESK).new_page()
    claim_and_wait(desk)
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_role("main")).to_contain_text("They asked for exactly this.")
    expect(page.get_by_role("main")).to_contain_text("Which colour does Dana like?")
    resume_and_deliver(desk)
    spread_the_news()
    follow_up(page, order)

    assert FollowUp.objects.get().done_at
    purse.refresh_from_db()
    assert (purse.spent_amount, purse.reserved_amount) == (Decimal(450), Decimal(195))
