"""Signing in and out, and being locked out."""

import re
from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from abmhub.users.models import User
from tests.conftest import PASSWORD

LOGIN = reverse("account_login")


def try_to_sign_in(email: str, password: str) -> tuple[int, str]:
    response = Client().post(LOGIN, {"login": email, "password": password})
    return response.status_code, response.content.decode()


def test_email_and_password_open_the_door(rep: User) -> None:
    assert try_to_sign_in("Rana@example.com", PASSWORD)[0] == 302


def test_a_wrong_password_and_an_unknown_address_are_told_alike(rep: User) -> None:
    known, unknown = try_to_sign_in("rana@example.com", "wrong"), try_to_sign_in("nobody@example.com", "wrong")
    assert known[0] == unknown[0] == 200
    error = re.compile(r'<ul class="errorlist.*?</ul>|role="alert".*?</div>', re.DOTALL)
    assert error.findall(known[1]) == error.findall(unknown[1]) != []


def test_nobody_signs_themselves_up(db: None) -> None:
    assert b"<form" not in Client().get(reverse("account_signup")).content
    Client().post(reverse("account_signup"), {"email": "me@example.com", "password1": PASSWORD})
    assert not User.objects.filter(email="me@example.com").exists()


def test_five_wrong_passwords_lock_the_address_and_say_until_when(admin: User) -> None:
    with time_machine.travel("2026-03-04 10:00:20+00:00", tick=False) as clock:
        for _ in range(5):
            answer = Client().post(LOGIN, {"login": admin.email, "password": "wrong"})
        assert answer.status_code == 429
        assert "at 10:15 (UTC)" in answer.content.decode()
        assert "in 15 minutes" in answer.content.decode()
        assert answer["Retry-After"] == "900"

        clock.shift(timedelta(minutes=14))
        right = Client().post(LOGIN, {"login": admin.email, "password": PASSWORD})
        assert right.status_code == 429
        assert "in 1 minute." in right.content.decode()

        clock.shift(timedelta(minutes=1, seconds=1))
        assert try_to_sign_in("ada@example.com", PASSWORD)[0] == 302


def test_one_may_try_again_when_enough_failures_have_cooled_off(rep: User) -> None:
    """Two browsers count together; the older one's failures lapse first."""
    with time_machine.travel("2026-03-04 10:00:00+00:00", tick=False) as clock:
        for browser, failures, minutes in (("Firefox", 3, 6), ("Safari", 2, 0)):
            for _ in range(failures):
                sent = {"login": rep.email, "password": "wrong"}
                answer = Client(headers={"user-agent": browser}).post(LOGIN, sent)
            clock.shift(timedelta(minutes=minutes))
        assert answer.status_code == 429
        assert "at 10:15 (UTC)" in answer.content.decode()


def test_the_admin_has_no_second_door(admin: User, rep: User) -> None:
    browser = Client()
    answer = browser.post(reverse("admin:login"), {"username": admin.email, "password": PASSWORD})
    assert answer["Location"].startswith(LOGIN)
    browser.force_login(rep)
    refusal = browser.get(reverse("admin:index"), follow=True)
    assert refusal.status_code == 403
    assert "This is not yours to do" in refusal.content.decode()


def test_writing_the_address_otherwise_gives_no_further_tries(rep: User) -> None:
    for email in ("rana@example.com", "RANA@example.com", " Rana@Example.com", "rana@example.com ", "rAna@example.com"):
        status, _ = try_to_sign_in(email, "wrong")
    assert status == 429


def test_signing_out_takes_a_post(as_rep: Client) -> None:
    page = as_rep.get(reverse("account_logout"))
    assert page.status_code == 200
    assert as_rep.get(reverse("account_change_password")).status_code == 200
    as_rep.post(reverse("account_logout"))
    assert as_rep.get(reverse("account_change_password")).status_code == 302
