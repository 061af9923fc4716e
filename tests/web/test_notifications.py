"""Notifications: what was I told?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.users.models import Notification, User

pytestmark = pytest.mark.usefixtures("at_now")
LIST, READ = reverse("notification-list"), reverse("notification-read")
QueryCount = Callable[[str], AbstractContextManager[None]]


def path_to(notification: Notification) -> str:
    return reverse("notification-open", args=[notification.pk])


def test_everybody_reads_their_own(as_rep: Client, as_other_rep: Client, notification: Notification) -> None:
    assert "Popcorn is delivered." in as_rep.get(LIST).content.decode()
    page = as_other_rep.get(LIST).content.decode()
    assert "Popcorn" not in page
    assert "Nothing to tell you" in page


def test_the_bell_counts_what_is_unread(as_rep: Client, as_other_rep: Client, notification: Notification) -> None:
    assert "Notifications, 1 unread" in as_rep.get(LIST).content.decode()
    assert "unread" not in as_other_rep.get(LIST).content.decode()
    as_rep.post(READ)
    assert "unread" not in as_rep.get(LIST).content.decode()


def test_opening_one_reads_it_and_leads_on(as_rep: Client, notification: Notification, now: datetime) -> None:
    response = as_rep.post(path_to(notification))
    assert response["Location"] == "/orders/"
    notification.refresh_from_db()
    assert notification.read_at == now


def test_looking_alone_reads_nothing(as_rep: Client, notification: Notification) -> None:
    as_rep.get(LIST)
    assert as_rep.get(path_to(notification)).status_code == 405
    notification.refresh_from_db()
    assert notification.read_at is None


def test_a_stranger_neither_opens_nor_reads_it(as_other_rep: Client, notification: Notification) -> None:
    assert as_other_rep.post(path_to(notification)).status_code == 404
    as_other_rep.post(READ)
    notification.refresh_from_db()
    assert notification.read_at is None


@pytest.mark.parametrize("path", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(path: str, as_rep: Client, notification: Notification) -> None:
    Notification.objects.update(path=path)
    assert as_rep.post(path_to(notification))["Location"] == LIST


def test_pages_show_each_once(as_rep: Client, rep: User, query_count: QueryCount) -> None:
    Notification.objects.create(user=rep, key="0", text="News 0")
    with query_count("notification-list"):
        as_rep.get(LIST)
    Notification.objects.bulk_create(
        Notification(user=rep, key=str(number), text=f"News {number}") for number in range(1, 70)
    )
    with query_count("notification-list"):
        as_rep.get(LIST)
    seen, path = [], LIST
    while path:
        page = as_rep.get(path).context["page"]
        seen += [row.text for row in page.rows]
        path = page.next_url
    assert sorted(seen) == sorted(f"News {number}" for number in range(70))
