"""A real browser: Debian's Chromium, against the site served by the test itself."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from abmhub.users.models import User

# Playwright keeps an event loop in this thread; Django would take every query for one inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}

# What htmx logs when a newer request replaces one, or the reader walks on: nothing is wrong then.
ABORTED = ("htmx:sendAbort", "htmx:afterRequest")

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "The journeys need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser, live_server: LiveServer) -> Iterator[OpenBrowser]:
    """Opens a browser in which somebody (or nobody) has signed in; options are Playwright's.

    What a page writes to the console as an error, and every request to another host, fails the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith(live_server.url):
            complaints.append(request.url)

    def open_for(user: User | None = None, **options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=live_server.url, **options)
        opened.append(context)
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", hear)
        context.on("request", watch)
        return context

    yield open_for
    for context in opened:
        context.close()
    assert [complaint for complaint in complaints if not complaint.startswith(ABORTED)] == []


def assert_accessible(page: Page) -> None:
    """No rule of axe is broken, and nothing is wider than the screen."""
    # Chromium was seen to tell the system's colour of a cell for a moment. What is broken, a second look finds again.
    told = _broken(page) and _broken(page)
    assert not told, "\n".join(told)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"


def _broken(page: Page) -> list[str]:
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
