"""The calendar that a person subscribes to: the page where its link is made and revoked, and the feed itself."""

from datetime import timedelta
from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from abmhub.orders import actions
from abmhub.orders.calendar import calendar_of, feed_of
from abmhub.orders.models import CalendarFeed
from abmhub.web.requests import Request

NEW = "new_calendar_feed"
NOTED_EVERY = timedelta(hours=1)


@require_GET
@never_cache
def show_calendar(request: Request) -> HttpResponse:
    """Whether there is a link, and right after it was made, the link."""
    feed = CalendarFeed.objects.filter(user=request.user).first()
    token = request.session.pop(NEW, "")
    link = request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token and feed else ""
    return render(request, "calendar/show.html", {"feed": feed, "link": link})


@require_POST
def make_feed(request: Request) -> HttpResponse:
    """A new link; the one before ends."""
    request.session[NEW] = actions.make_feed(by=request.user, at=timezone.now())
    return redirect("calendar-show")


@require_POST
def revoke_feed(request: Request) -> HttpResponse:
    """End the link."""
    actions.revoke_feed(by=request.user)
    messages.success(request, "The link is revoked: calendars that used it get nothing more.")
    return redirect("calendar-show")


@login_not_required
@require_safe
def show_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar for whoever has the link; 404 as soon as it is revoked."""
    feed, now = feed_of(token), timezone.now()
    if feed is None:
        raise Http404

    def link(order: int) -> str:
        return request.build_absolute_uri(reverse("order-show", args=[order]))

    content = calendar_of(feed.user, host=request.get_host(), link=link)
    if feed.read_at is None or feed.read_at < now - NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="abm-hub.ics"'
    response["ETag"] = etag
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=300)
    return get_conditional_response(request, etag=etag, response=response) or response
