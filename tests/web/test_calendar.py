"""The calendar feed: a secret link, read without signing in, ended at will."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from abmhub.orders import actions
from abmhub.orders.models import CalendarFeed, FollowUp, Task
from abmhub.users.models import User
from tests.web.query_counts import QueryCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def entries(feed: bytes) -> dict[str, tuple[date | datetime, date | datetime]]:
    """What a calendar makes of it: when each thing begins and ends, by its title."""
    events: list[Any] = Calendar.from_ical(feed).walk("VEVENT")
    assert len({event["uid"] for event in events}) == len(events)
    return {str(event["summary"]): (event["dtstart"].dt, event["dtend"].dt) for event in events}


def feed_of(user: User, now: datetime) -> str:
    return reverse("calendar-feed", args=[actions.make_feed(by=user, at=now)])


def test_a_marketer_finds_what_is_due_on_its_day(client: Client, task: Task, marketer: User, now: datetime) -> None:
    actions.claim_task(task=task, by=marketer, at=now)
    answer = client.get(feed_of(marketer, now))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert entries(answer.content) == {f"Due: {task}": (task.due_on, task.due_on + timedelta(days=1))}


def test_a_rep_finds_calls_at_their_hour_and_promises_on_their_day(
    client: Client, task: Task, follow_up: FollowUp, rep: User, now: datetime
) -> None:
    found = entries(client.get(feed_of(rep, now)).content)

    starts, ends = found["Follow up: Acme Robotics"]
    assert ends == follow_up.due_at, "the call has to be made by then, whatever the zone of the calendar"
    assert ends - starts == timedelta(minutes=30)
    assert found["Promised: Handwritten letter for Acme Robotics"][0] == task.line.promised_on


def test_it_shows_nothing_that_the_page_would_not(
    client: Client, task: Task, follow_up: FollowUp, rep: User, now: datetime
) -> None:
    """Of an account that was given away."""
    link = feed_of(rep, now)
    rep.territories.clear()
    type(task.line.order.account).objects.update(owner=None)

    assert entries(client.get(link).content) == {}


def test_what_has_not_changed_is_not_sent_again(client: Client, task: Task, rep: User, now: datetime) -> None:
    link = feed_of(rep, now)
    first = client.get(link)

    assert client.get(link, headers={"if-none-match": first["ETag"]}).status_code == 304
    task.line.promised_on += timedelta(days=1)
    task.line.save()
    assert client.get(link, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_link_is_kept_as_a_hash_and_ends_when_revoked_or_made_anew(client: Client, rep: User, now: datetime) -> None:
    link = feed_of(rep, now)
    assert CalendarFeed.objects.get().token_hash not in link
    second = feed_of(rep, now)

    assert client.get(link).status_code == 404
    assert client.get(second).status_code == 200
    actions.revoke_feed(by=rep)
    assert client.get(second).status_code == 404
    assert client.get(reverse("calendar-feed", args=["made-up"])).status_code == 404


def test_a_leaver_has_no_calendar(client: Client, rep: User, now: datetime) -> None:
    link = feed_of(rep, now)
    User.objects.filter(pk=rep.pk).update(is_active=False)

    assert client.get(link).status_code == 404


def test_the_page_shows_a_new_link_once(as_rep: Client) -> None:
    page = as_rep.post(reverse("calendar-make"), follow=True)
    link = page.context["link"]
    assert link in page.content.decode()
    assert Client().get(link.removeprefix("http://testserver")).status_code == 200
    assert as_rep.get(reverse("calendar-show")).context["link"] == ""

    as_rep.post(reverse("calendar-revoke"))
    assert Client().get(link.removeprefix("http://testserver")).status_code == 404


def test_it_asks_the_same_number_of_queries_however_full_it_is(
    query_count: QueryCount, client: Client, task: Task, rep: User, now: datetime
) -> None:
    link = feed_of(rep, now)
    client.get(link)
    with query_count("calendar-feed"):
        client.get(link)
    FollowUp.objects.create(account=task.line.order.account, line=task.line, owner=rep, due_at=now)
    with query_count("calendar-feed"):
        client.get(link)
