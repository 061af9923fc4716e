"""The style guide in a real browser: every component, light and dark, phone and desk."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from abmhub.users.models import Role, User
from tests.journeys.conftest import DESK, PHONE, OpenBrowser, assert_accessible

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def guide(open_browser: OpenBrowser, admin: User) -> Page:
    page = open_browser(admin, viewport=DESK).new_page()
    page.goto("/style/")
    return page


@pytest.mark.parametrize("path", ["/style/", "/style/?errors"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_read_every_component(
    path: str, size: ViewportSize, theme: str, open_browser: OpenBrowser, admin: User
) -> None:
    page = open_browser(admin, viewport=size, color_scheme=theme, reduced_motion="reduce").new_page()
    page.goto(path)
    assert_accessible(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/sign-in/login/", "/sign-in/password/reset/", "/nowhere/"])
def test_the_door_is_accessible_too(path: str, theme: str, open_browser: OpenBrowser) -> None:
    page = open_browser(viewport=PHONE, color_scheme=theme).new_page()
    page.route("**/nowhere/", lambda route: route.fulfill(response=route.fetch(), status=200))
    page.goto(path)
    assert_accessible(page)


def test_what_cannot_be_read_is_told(guide: Page) -> None:
    guide.evaluate("document.querySelector('main').append(new Image())")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(guide)


def test_the_chosen_theme_outlives_the_page(guide: Page) -> None:
    guide.get_by_label("Ada Stone: your menu").locator("visible=true").click()
    guide.get_by_role("button", name="Dark").click()
    paper = guide.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
    guide.reload()
    assert guide.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor") == paper
    assert guide.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_palette_goes_where_one_types(guide: Page) -> None:
    guide.keyboard.press("Control+k")
    palette = guide.get_by_role("dialog", name="Search and go to")
    expect(palette.get_by_role("combobox")).to_be_focused()
    assert_accessible(guide)
    guide.keyboard.type("admin")
    expect(palette.get_by_role("option")).to_have_count(1)
    guide.keyboard.press("Enter")
    guide.wait_for_url("**/admin/")


def test_the_help_sheet_lists_the_keys_of_this_page(guide: Page) -> None:
    guide.keyboard.press("?")
    sheet = guide.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Order from the menu")
    assert_accessible(guide)
    guide.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_single_keys_can_be_switched_off(guide: Page) -> None:
    guide.keyboard.press("?")
    guide.get_by_label("Single-key shortcuts").uncheck()
    guide.keyboard.press("Escape")
    guide.keyboard.press("?")
    expect(guide.get_by_role("dialog")).to_have_count(0)
    guide.keyboard.press("Control+k")
    expect(guide.get_by_role("dialog", name="Search and go to")).to_be_visible()


def test_rows_are_walked_and_ticked_by_key(guide: Page) -> None:
    guide.keyboard.press("j")
    expect(guide.get_by_role("link", name="Northwind Freight").first).to_be_focused()
    guide.keyboard.press("j")
    guide.keyboard.press("x")
    expect(guide.get_by_label("Tick Halden & Sons Cold Storage")).to_be_checked()
    expect(guide.get_by_text("1 ticked")).to_be_visible()
    guide.keyboard.press("k")
    expect(guide.get_by_role("link", name="Northwind Freight").first).to_be_focused()


def test_keys_are_letters_while_one_types(guide: Page) -> None:
    box = guide.get_by_placeholder("Name or domain")
    guide.keyboard.press("/")
    expect(box).to_be_focused()
    guide.keyboard.type("j?")
    expect(box).to_have_value("j?")
    expect(guide.get_by_role("dialog")).to_have_count(0)


def test_a_form_with_errors_takes_the_focus_to_them(guide: Page) -> None:
    guide.goto("/style/?errors")
    summary = guide.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Name of the program").click()
    field = guide.get_by_label("Name of the program")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("As it will read in reports. This field is required.")


def test_everything_is_reached_without_script(open_browser: OpenBrowser, admin: User) -> None:
    page = open_browser(admin, viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/style/")
    page.get_by_text("More", exact=True).last.click()
    page.locator(".drawer-sheet").get_by_role("link", name="Admin").click()
    page.wait_for_url("**/admin/")
    page.goto("/style/")
    page.get_by_label("Ada Stone: your menu").locator("visible=true").click()
    page.get_by_role("button", name="Sign out").locator("visible=true").click()
    page.goto("/style/")
    page.wait_for_url("**/sign-in/login/**")


def test_a_table_keeps_its_meaning_as_cards(open_browser: OpenBrowser, admin: User) -> None:
    page = open_browser(admin, viewport=PHONE).new_page()
    page.goto("/style/")
    row = page.get_by_role("row").filter(has_text="Halden & Sons")
    expect(row.get_by_role("rowheader")).to_contain_text("Halden & Sons Cold Storage")
    expect(row.get_by_role("cell").first).to_be_visible()


def test_roles_without_rights_see_no_such_page(open_browser: OpenBrowser, rep: User) -> None:
    assert rep.role == Role.SALES_REP
    page = open_browser(rep, viewport=DESK).new_page()
    page.route("**/style/", lambda route: route.fulfill(response=route.fetch(), status=200))
    page.goto("/style/")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert_accessible(page)
