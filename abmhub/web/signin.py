"""Signing in: by email and password, and nobody signs themselves up."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts of people are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class PlainForm:
    """Our words in allauth's forms. A label says what a field is, so nothing is written inside it."""

    labels: ClassVar[dict[str, str]] = {}
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.labels.get(name, field.label)


class SignInForm(PlainForm, LoginForm):  # type: ignore[misc]
    labels = {"remember": "Keep me signed in on this device"}


class NewPasswordForm(PlainForm, ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": "Present password", "password1": "New password", "password2": "New password again"}


class ForgottenPasswordForm(PlainForm, ResetPasswordForm):  # type: ignore[misc]
    pass


class ChosenPasswordForm(PlainForm, ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password", "password2": "New password again"}


def attempted_email(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The address that a sign-in was tried with, by which failures are counted.

    Our page calls it "login", the admin's "username", the sign-in library "email". Case must not matter,
    or a guesser would get five more tries for each way of writing it.
    """
    found = dict(credentials or {})
    if request is not None:
        found = {**request.POST.dict(), **found}
    return str(found.get("email") or found.get("username") or found.get("login") or "").strip().lower()


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The answer to a guesser, and to somebody whose keyboard was in another language: when to try again."""
    until = _locked_until(request, credentials)
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {"until": timezone.localtime(until), "minutes": math.ceil(seconds / 60)}
    answer = render(request, "account/lockout.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime:
    """When so many of the counted failures have cooled off that fewer than the limit are left."""
    limit, cool_off = settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME
    until = timezone.now() + cool_off
    for attempts in AxesProxyHandler.get_implementation().get_user_attempts(request, credentials):
        failures = 0
        for attempt in attempts.order_by("-attempt_time"):
            failures += attempt.failures_since_start
            if failures >= limit:
                until = attempt.attempt_time + cool_off
                break
    return until
