"""People in the admin: made, given a role, sent a link, sent away; never deleted."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Territory
from abmhub.users.models import Role, Team, User
from tests.conftest import PASSWORD

LIST = reverse("admin:users_user_changelist")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def inline(user: User | None = None, *territories: Territory) -> dict[str, Any]:
    """What the forms of the territories and the skills send; nobody gets a skill here."""
    prefix = "Territory_members"
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(territories), f"{prefix}-INITIAL_FORMS": 0}
    data |= {"Skill_people-TOTAL_FORMS": 0, "Skill_people-INITIAL_FORMS": 0}
    for position, territory in enumerate(territories):
        data |= {f"{prefix}-{position}-territory": territory.pk, f"{prefix}-{position}-user": user.pk if user else ""}
    return data


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    fields = {"name": user.name, "email": user.email or "", "role": user.role, "team": user.team_id or ""}
    return fields | inline() | changes


def change(browser: Client, user: User, **changes: Any) -> None:
    response = browser.post(reverse("admin:users_user_change", args=[user.pk]), form_of(user, **changes))
    assert response.status_code == 302, response.context["errors"]
    user.refresh_from_db()


def act(browser: Client, name: str, *people: User) -> list[str]:
    data = {"action": name, "_selected_action": [person.pk for person in people]}
    response = browser.post(LIST, data, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_a_person_is_made_with_a_password(browser: Client, team: Team) -> None:
    data = {"name": "Nour Aziz", "email": "Nour@Example.com", "role": "marketer", "team": team.pk}
    data |= {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD} | inline()
    assert browser.post(reverse("admin:users_user_add"), data).status_code == 302
    person = User.objects.get(name="Nour Aziz")
    assert (person.role, person.team, person.is_staff) == (Role.MARKETER, team, False)
    assert person.check_password(PASSWORD)
    answer = Client().post(reverse("account_login"), {"login": "nour@example.com", "password": PASSWORD})
    assert answer["Location"] == "/"


def test_a_person_is_made_without_email_and_password(browser: Client) -> None:
    for name in ("Nour Aziz", "Lee Park"):
        data = {"name": name, "email": "", "role": "sales_rep", "usable_password": "false"} | inline()
        assert browser.post(reverse("admin:users_user_add"), data).status_code == 302
    assert set(User.objects.filter(email=None).values_list("name", flat=True)) == {"Lee Park", "Nour Aziz"}


def test_a_role_opens_the_admin_or_closes_it(browser: Client, rep: User) -> None:
    change(browser, rep, role="admin")
    assert (rep.role, rep.is_staff, rep.is_superuser) == (Role.ADMIN, True, True)
    change(browser, rep, role="analyst")
    assert (rep.role, rep.is_staff, rep.is_superuser) == (Role.ANALYST, False, False)


def test_the_last_administrator_keeps_the_role_and_is_told(browser: Client, admin: User) -> None:
    response = browser.post(
        reverse("admin:users_user_change", args=[admin.pk]), form_of(admin, role="analyst", name="Ada"), follow=True
    )
    admin.refresh_from_db()
    assert (admin.role, admin.name) == (Role.ADMIN, "Ada")
    assert "last administrator" in response.text


def test_territories_are_given_on_the_page_of_the_person(browser: Client, rep: User) -> None:
    territory = Territory.objects.create(name="Nordics")
    change(browser, rep, **inline(rep, territory))
    assert list(rep.territories.all()) == [territory]


def test_an_imported_person_gets_an_email_and_a_link_and_signs_in(browser: Client) -> None:
    person = User.objects.create_user(None, name="Nour Aziz")
    assert "no email" in act(browser, "send_link", person)[0]
    change(browser, person, email="nour@example.com")
    assert act(browser, "send_link", person)[-1] == "1 person got a link by email."
    (letter,) = mail.outbox
    assert letter.to == ["nour@example.com"]
    path = next(word for word in str(letter.body).split() if "/password/reset/key/" in word).partition("testserver")[2]
    visitor = Client()
    page = visitor.get(path, follow=True)
    done = visitor.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_leaver_cannot_sign_in_nor_get_a_link(browser: Client, rep: User) -> None:
    assert act(browser, "deactivate", rep) == ["1 person can no longer sign in."]
    rep.refresh_from_db()
    assert not rep.is_active
    assert "has left" in act(browser, "send_link", rep)[0]
    assert not mail.outbox
    assert act(browser, "reactivate", rep) == ["1 person can sign in again."]


def test_the_last_administrator_cannot_leave(browser: Client, admin: User) -> None:
    assert "last administrator" in act(browser, "deactivate", admin)[0]
    admin.refresh_from_db()
    assert admin.is_active


def test_nobody_is_deleted(browser: Client, rep: User) -> None:
    assert browser.post(reverse("admin:users_user_delete", args=[rep.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in browser.get(LIST).text


@pytest.mark.parametrize(("chosen", "names"), [("yes", {"Ada Stone"}), ("no", {"Nour Aziz"}), ("left", {"Lee Park"})])
def test_people_are_found_by_whether_they_can_sign_in(browser: Client, chosen: str, names: set[str]) -> None:
    User.objects.create_user(None, name="Nour Aziz")
    User.objects.create_user("lee@example.com", name="Lee Park", is_active=False)
    found = browser.get(LIST, {"sign_in": chosen}).context["cl"].queryset
    assert set(found.values_list("name", flat=True)) == names
