"""What base.html knows on every page, in one query, which only a template that asks for any of it makes: a fragment
for HTMX pays for nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from abmhub.core.days import business_day
from abmhub.core.models import Installation, Run
from abmhub.users.models import Notification, User
from abmhub.web import navigation

APP_NAME = "ABM Hub"
THEMES = ("light", "dark")
# A night may be late by its own length and a weekend's slack before the figures count as stale.
STALE_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Frame:
    """What the frame tells the person who asks: their unread notifications, and of what kind the figures are.

    `stale_since` is the business day of the last published night when that is too long ago. Before the first
    night nothing is stale: there is nothing to see yet.
    """

    unread_count: int = 0
    is_demo: bool = False
    stale_since: date | None = None


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor; listed in the settings."""
    return {
        "app_name": APP_NAME,
        "theme": _theme(request),
        "navigation": SimpleLazyObject(lambda: navigation.for_request(request)),
        "frame": SimpleLazyObject(lambda: _frame(request)),
    }


def _theme(request: HttpRequest) -> str:
    """The chosen theme; empty follows the system. A cookie, so that the first paint is right."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _frame(request: HttpRequest) -> Frame:
    if not request.user.is_authenticated:
        return Frame()
    unread = Notification.objects.unread().filter(user=OuterRef("pk")).order_by().values("user")
    known = User.objects.annotate(
        unread=Coalesce(Subquery(unread.annotate(number=Count("pk")).values("number")), 0),
        demo_seed=Subquery(Installation.objects.order_by("pk").values("demo_seed")[:1]),
        last_night=Subquery(Run.objects.finished("nightly").values("business_day")[:1]),
    )
    found = known.values_list("unread", "demo_seed", "last_night").get(pk=request.user.pk)
    unread_count, demo_seed, last_night = found
    is_stale = last_night and business_day(timezone.now()) - last_night >= STALE_AFTER
    return Frame(unread_count, demo_seed is not None, last_night if is_stale else None)
