"""What every page does by itself: it says when an answer that it waits for does not come."""

import pytest
from playwright.sync_api import expect

from abmhub.users.models import User
from tests.journeys.conftest import DESK, OpenBrowser

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

REFUSAL = "<html><body><h1>No</h1><p data-told>Only Ann rings this bell.</p></body></html>"
# What htmx tells the page then. A real one goes to the console too, which open_browser takes for a mistake of ours.
REFUSED = """body => document.body.dispatchEvent(
    new CustomEvent("htmx:responseError", { bubbles: true, detail: { xhr: { responseText: body } } })
)"""


def test_a_refusal_of_what_was_clicked_is_told_in_its_own_words(marketer: User, open_browser: OpenBrowser) -> None:
    page = open_browser(marketer, viewport=DESK).new_page()
    page.goto("/catalogue/")
    toasts = page.locator("#toasts")
    page.evaluate(REFUSED, REFUSAL)
    expect(toasts).to_contain_text("Only Ann rings this bell.")
    page.evaluate(REFUSED, "")
    expect(toasts).to_contain_text("The server gave no answer.")
    expect(toasts.locator(".toast")).to_have_count(1)
    expect(page.get_by_role("heading", name="Catalogue")).to_be_visible()
