"""A rep fills a buying committee without leaving the account, mostly with the keyboard."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.committee.models import Contact, StanceChange
from abmhub.users.models import User
from tests.journeys.conftest import DESK, PHONE, OpenBrowser, assert_accessible

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASTED = """Nora Quist, IT Architect
Paul Abebe - Chief Financial Officer - paul@northwind.example
Rosa Lind <rosa@northwind.example>"""


@pytest.fixture
def northwind(rep: User) -> Account:
    """A Tier 1 account of the rep, of which nobody is known."""
    with transaction.atomic():
        account = Account.objects.create(name="Northwind Tools", owner=rep)
        Standing.objects.create(
            account=account,
            tier=Tier.objects.get(level=1),
            priority=200,
            tier_since_on=timezone.now() - timedelta(days=3),
        )
    return account


def completeness(page: Page) -> int:
    return int(page.locator("#committee .stat-value").first.inner_text().rstrip("%"))


def paste_from_the_account_page(page: Page, account: Account) -> None:
    page.goto(f"/accounts/{account.pk}/")
    page.get_by_role("link", name="Add people").click()
    dialog = page.get_by_role("dialog", name="Add people to Northwind Tools")
    dialog.get_by_label("Paste names and titles").fill(PASTED)
    dialog.get_by_role("button", name="Look them over").click()
    expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_have_count(3)
    expect(dialog).to_contain_text("Decision maker (suggested)")
    assert_accessible(page)
    dialog.get_by_role("button", name="Add who is ticked").dblclick()
    expect(page.locator("#toasts")).to_contain_text("3 people are in the committee of Northwind Tools now.")
    assert Contact.objects.filter(account=account).count() == 3


def test_a_rep_pastes_confirms_by_key_and_says_where_somebody_stands(
    northwind: Account, rep: User, open_browser: OpenBrowser
) -> None:
    page = open_browser(rep, viewport=DESK).new_page()
    page.goto(f"/accounts/{northwind.pk}/committee/")
    expect(page.get_by_role("main")).to_contain_text("Nobody is known here yet")
    assert completeness(page) == 0
    assert_accessible(page)

    paste_from_the_account_page(page, northwind)
    page.get_by_role("link", name="Map").click()
    page.wait_for_url("**/committee/")
    assert completeness(page) > 0
    assert_accessible(page)

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Paul Abebe", exact=True)).to_be_focused()
    page.keyboard.press("y")
    expect(page.locator("#toasts")).to_contain_text("Paul Abebe: confirmed.")
    expect(page.get_by_role("link", name="Paul Abebe", exact=True)).to_be_focused()
    paul = Contact.objects.get(name="Paul Abebe")
    assert paul.suggested_fields == []
    assert paul.buying_role is not None
    assert paul.buying_role.code == "decision_maker"

    page.keyboard.press("s")
    card = page.locator(f"#member-{paul.pk}")
    card.get_by_label("Champion").check()
    card.get_by_label("What shows it?").fill("Asked for the contract himself")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".status", has_text="Champion")).to_be_visible()
    assert StanceChange.objects.get(contact=paul).note == "Asked for the contract himself"


def test_a_person_is_moved_and_dismissed_on_a_phone(northwind: Account, rep: User, open_browser: OpenBrowser) -> None:
    nora = Contact.objects.create(account=northwind, name="Nora Quist", title="IT Architect", email="n@n.example")
    rosa = Contact.objects.create(account=northwind, name="Rosa Lind", email="rosa@northwind.example")
    page = open_browser(rep, viewport=PHONE).new_page()
    page.goto(f"/accounts/{northwind.pk}/committee/")
    before = completeness(page)
    page.get_by_label("Role of Rosa Lind").select_option("User")
    expect(page.locator("#toasts")).to_contain_text("Rosa Lind has the role User now.")
    assert completeness(page) > before
    page.get_by_role("button", name="Dismiss all for Nora Quist").click()
    expect(page.locator("#toasts")).to_contain_text("Nora Quist: dismissed.")
    assert_accessible(page)
    nora.refresh_from_db()
    rosa.refresh_from_db()
    assert nora.buying_role is None
    assert rosa.decided == ["buying_role"]
    page.goto(f"/accounts/{northwind.pk}/committee/add/")
    assert_accessible(page)
