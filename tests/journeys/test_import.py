"""A file comes in by the keyboard alone, through the five states of the wizard, each without a fault of axe."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, ViewportSize, expect

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from abmhub.users.models import User
from tests.journeys.conftest import DESK, PHONE, OpenBrowser, assert_accessible

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

FILE = """Account Name,Website,Billing Country,No. of Employees
Halden Logistics GmbH,halden.example,DE,120
Kestrel Robotics Inc.,kestrel.example,US,many
"""


def press(page: Page, control: Locator) -> None:
    """Walk to it with Tab, as far as that takes, and press Enter."""
    for _ in range(60):
        if control.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there.")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_is_chosen_understood_checked_taken_in_and_taken_back(
    admin: User, open_browser: OpenBrowser, tmp_path: Path, viewport: ViewportSize
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    page = open_browser(admin, viewport=viewport).new_page()
    page.goto("/imports/new/?kind=accounts")
    assert_accessible(page)
    page.get_by_label("File", exact=True).set_input_files(file)
    press(page, page.get_by_role("button", name="Look at the file"))

    expect(page.get_by_role("heading", level=1)).to_have_text("accounts.csv")
    expect(page.get_by_role("main")).to_contain_text("Rejected")
    assert_accessible(page)
    press(page, page.get_by_role("button", name="Check row by row"))

    expect(page.get_by_role("heading", level=1)).to_have_text("What it would do")
    expect(page.get_by_role("table")).to_contain_text("“many” is not a number")
    assert_accessible(page)
    press(page, page.get_by_role("button", name="Import it"))

    expect(page.get_by_role("main")).to_contain_text("Waiting for a worker")
    assert_accessible(page)
    run = ImportRun.objects.get()
    actions.apply(run=run, at=timezone.now())
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Done, some rejected")
    assert Account.objects.get().employees == 120
    assert_accessible(page)

    press(page, page.get_by_role("link", name="Undo this import"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo this import?")
    assert_accessible(page)
