"""What base.html knows on every page. Each value is looked up only when a template asks for it, so
that a fragment for HTMX pays for nothing."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from abmhub.core.days import business_day
from abmhub.core.models import Installation, Run
from abmhub.web import navigation

APP_NAME = "ABM Hub"
THEMES = ("light", "dark")
# A night may be late by its own length and a weekend's slack before the figures count as stale.
STALE_AFTER = timedelta(days=2)


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor; listed in the settings."""
    return {
        "app_name": APP_NAME,
        "theme": _theme(request),
        "navigation": SimpleLazyObject(lambda: navigation.for_request(request)),
        "installation": SimpleLazyObject(lambda: Installation.objects.first() or Installation()),
        "unread_count": SimpleLazyObject(lambda: _count_unread(request)),
        "stale_since": SimpleLazyObject(_stale_since),
    }


def _theme(request: HttpRequest) -> str:
    """The chosen theme; empty follows the system. A cookie, so that the first paint is right."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _count_unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return request.user.notifications.unread().count()


def _stale_since() -> date | None:
    """The business day of the last published night when that is too long ago; else None.

    Before the first night nothing is stale: there is nothing to see yet.
    """
    last = Run.objects.last_finished("nightly")
    if last and business_day(timezone.now()) - last.business_day >= STALE_AFTER:
        return last.business_day
    return None
