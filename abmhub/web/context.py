"""What base.html knows on every page, in one query, which only a template that asks for any of it makes: a fragment
for HTMX pays for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_celery_beat.models import PeriodicTask

from abmhub.core.models import Installation, Run
from abmhub.users.models import Notification, User
from abmhub.web import lateness, navigation

APP_NAME = "ABM Hub"
THEMES = ("light", "dark")
NIGHT = "nightly"
ASKED = ("unread", "demo_seed", "last_night", "published_at", "tried", "status", "hours", "weekdays")


@dataclass(frozen=True)
class OldFigures:
    """That the figures are too old: of which business day they are, how old, and what became of the night since."""

    since: date
    hours: int
    missing: date
    status: str

    @property
    def age(self) -> str:
        return f"{self.hours} hours" if self.hours < 48 else f"{self.hours // 24} days"


@dataclass(frozen=True)
class Frame:
    """What the frame tells the person who asks: their unread notifications, and of what kind the figures are.

    Before the first night no figures are old: there is nothing to see yet.
    """

    unread_count: int = 0
    is_demo: bool = False
    old: OldFigures | None = None


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
    statement, parameters = _question()
    with connection.cursor() as cursor:
        cursor.execute(statement, (*parameters, request.user.pk))
        found = dict(zip(ASKED, cursor.fetchone(), strict=True))
    return Frame(found["unread"], found["demo_seed"] is not None, _old(found, timezone.now()))


@cache
def _question() -> tuple[str, tuple[Any, ...]]:
    """What is asked of a person, whose key is the last parameter. Composed once: that takes longer than the answer."""
    unread = Notification.objects.unread().filter(user=OuterRef("pk")).order_by().values("user")
    nights = Run.objects.filter(job=NIGHT).order_by("-business_day")
    published = Run.objects.finished(NIGHT)
    schedule = PeriodicTask.objects.filter(task="nightly.nightly", enabled=True).order_by("pk")
    known = User.objects.annotate(
        unread=Coalesce(Subquery(unread.annotate(number=Count("pk")).values("number")), 0),
        demo_seed=Subquery(Installation.objects.order_by("pk").values("demo_seed")[:1]),
        last_night=Subquery(published.values("business_day")[:1]),
        published_at=Subquery(published.values("published_at")[:1]),
        tried=Subquery(nights.values("business_day")[:1]),
        status=Subquery(nights.values("status")[:1]),
        hours=Subquery(schedule.values("crontab__hour")[:1]),
        weekdays=Subquery(schedule.values("crontab__day_of_week")[:1]),
    )
    statement, parameters = known.filter(pk=0).order_by().values_list(*ASKED).query.sql_with_params()
    return statement, parameters[:-1]


def _old(found: Mapping[str, Any], at: datetime) -> OldFigures | None:
    if found["last_night"] is None:
        return None
    hours, weekdays = lateness.USUALLY
    due = lateness.last_due(at, hours=found["hours"] or hours, weekdays=found["weekdays"] or weekdays)
    if found["last_night"] >= due:
        return None
    age = at - found["published_at"]
    status = found["status"] if found["tried"] > found["last_night"] else ""
    return OldFigures(found["last_night"], int(age.total_seconds() // 3600), due, status)
