"""The description of the API, as a person reads it."""

import pytest
from playwright.sync_api import expect

from abmhub.users.models import User
from tests.journeys.conftest import DESK, PHONE, OpenBrowser, assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_reference_opens_every_operation(open_browser: OpenBrowser, rep: User, viewport: object) -> None:
    """The console stays silent under our Content-Security-Policy: `open_browser` fails the test otherwise."""
    page = open_browser(rep, viewport=viewport).new_page()
    page.goto("/api/")
    ordering = page.locator("#post-api-v1-orders")
    ordering.locator("summary").click()
    expect(ordering).to_contain_text("Idempotency-Key")
    expect(ordering).to_contain_text("lines[].contacts")
    expect(ordering).to_contain_text("409 Conflict")
    assert_accessible(page)


def test_it_leads_to_the_document_and_to_an_answer(open_browser: OpenBrowser, rep: User) -> None:
    page = open_browser(rep).new_page()
    page.goto("/api/")
    for path in ("/api/openapi.json", "/api/v1/accounts/"):
        assert page.request.get(path).ok
        expect(page.get_by_role("link", name=path, exact=True)).to_be_visible()
