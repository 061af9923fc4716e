"""Who is shown which way."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from abmhub.core.models import Installation
from abmhub.users.models import Notification, Role, User
from abmhub.web.navigation import ENTRIES, Entry, for_request

EVERY_ROLE = frozenset(Role)


def request_of(user: User | AnonymousUser, path: str = "/", rf: RequestFactory | None = None):  # type: ignore[no-untyped-def]
    request = (rf or RequestFactory()).get(path)
    request.user = user
    return request


@pytest.mark.parametrize("role", Role)
def test_every_role_can_follow_every_link_it_is_shown(role: Role, db: None) -> None:
    make = User.objects.create_superuser if role == Role.ADMIN else User.objects.create_user
    user = make(f"{role}@example.com", name="Somebody", role=role)
    browser = Client()
    browser.force_login(user)
    for link in for_request(request_of(user)).links:
        assert browser.get(link.path, follow=True).status_code == 200, link.path


def test_a_stranger_is_shown_nothing() -> None:
    assert for_request(request_of(AnonymousUser())).links == []


def test_an_entry_is_hidden_from_roles_it_is_not_for() -> None:
    entries = (Entry("Admin", "admin:index", "settings", roles=frozenset({Role.ADMIN})),)
    assert for_request(request_of(User(role=Role.SALES_REP)), entries).links == []
    assert len(for_request(request_of(User(role=Role.ADMIN)), entries).links) == 1


def test_the_entry_of_the_page_one_is_on_is_marked_and_only_that_one() -> None:
    entries = (
        Entry("Admin", "admin:index", "settings", roles=EVERY_ROLE),
        Entry("Jobs", "admin:app_list", "cog", roles=EVERY_ROLE),
        Entry("Style", "style", "palette", roles=EVERY_ROLE),
    )[::2]
    links = for_request(request_of(User(role=Role.ADMIN), "/admin/users/user/"), entries).links
    assert [link.is_current for link in links] == [True, False]


def test_groups_keep_the_order_of_the_list() -> None:
    entries = (
        Entry("Style", "style", "palette"),
        Entry("Admin", "admin:index", "settings", group="Set up"),
    )
    groups = list(for_request(request_of(User(role=Role.ADMIN)), entries))
    assert [(heading, [link.entry.label for link in links]) for heading, links in groups] == [
        ("", ["Style"]),
        ("Set up", ["Admin"]),
    ]


def test_no_two_entries_share_a_key() -> None:
    keys = [entry.key for entry in ENTRIES if entry.key]
    assert len(keys) == len(set(keys))


def test_the_demo_banner_shows_on_made_up_data_only(as_admin: Client) -> None:
    assert b"Demo data" not in as_admin.get(reverse("style")).content
    Installation.objects.update_or_create(pk=1, defaults={"demo_seed": 7})
    assert b"Demo data" in as_admin.get(reverse("style")).content


def test_the_theme_cookie_is_obeyed_and_nonsense_in_it_is_not(as_admin: Client) -> None:
    as_admin.cookies["theme"] = "dark"
    assert b'data-theme="dark"' in as_admin.get(reverse("style")).content
    as_admin.cookies["theme"] = '"><script>'
    assert b'data-theme=""' in as_admin.get(reverse("style")).content


def test_unread_news_are_counted_for_their_reader_alone(as_admin: Client, admin: User, rep: User) -> None:
    for number in range(3):
        Notification.objects.create(user=rep, key=str(number), text="Delivered")
    assert as_admin.get(reverse("style")).context["frame"].unread_count == 0
    Notification.objects.create(user=admin, key="a", text="Delivered")
    assert as_admin.get(reverse("style")).context["frame"].unread_count == 1
