"""The page behind the one-time link."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.users import first_admin
from abmhub.users.models import User

GOOD = {"name": "Ada Byron", "email": "Ada@Example.com", "password": "engines weave numbers"}


@pytest.fixture
def link(db: None) -> str:
    return reverse("first-admin", args=[first_admin.issue_token()])


def test_it_makes_the_administrator_and_signs_them_in(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    answer = client.post(link, GOOD)
    assert answer.status_code == 302
    user = User.objects.get(is_superuser=True)
    assert (user.name, user.email) == ("Ada Byron", "ada@example.com")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_it_is_gone_afterwards(client: Client, link: str) -> None:
    client.post(link, GOOD)
    assert Client().get(link).status_code == 404
    assert Client().post(link, {**GOOD, "email": "eve@example.com"}).status_code == 404
    assert User.objects.count() == 1


def test_a_forged_link_is_not_found(client: Client, link: str) -> None:
    assert client.get(link[:-2] + "x/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("password", "short", "12 characters"),
        ("password", "adabyron@example", "too similar"),
        ("email", "nobody", "valid email"),
        ("name", "", "required"),
    ],
)
def test_it_says_what_is_wrong_and_makes_nobody(client: Client, link: str, field: str, value: str, words: str) -> None:
    answer = client.post(link, {**GOOD, "email": "adabyron@example.com", field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.exists()


def test_an_email_that_a_person_has_already_is_refused_in_any_case(client: Client, link: str) -> None:
    User.objects.create_user("ada@example.com", name="Rep")
    assert "exists already" in client.post(link, GOOD).content.decode()
    assert first_admin.is_missing()
