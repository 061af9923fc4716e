"""Signing in: by email and password, and nobody signs themselves up."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts of people are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def attempted_email(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The address that a sign-in was tried with, by which failures are counted.

    Our page calls it "login", the admin's "username", the sign-in library "email". Case must not matter,
    or a guesser would get five more tries for each way of writing it.
    """
    found = dict(credentials or {})
    if request is not None:
        found = {**request.POST.dict(), **found}
    return str(found.get("email") or found.get("username") or found.get("login") or "").strip().lower()
