"""Pages for when something is wrong: in our voice, with a next step, never with a stack trace."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views import defaults

from abmhub import urls


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("the secret of the house")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


class UrlsWithFaults:
    urlpatterns = [*urls.urlpatterns, path("broken/", broken), path("suspicious/", suspicious)]


@pytest.fixture
def faults() -> object:
    with override_settings(ROOT_URLCONF=UrlsWithFaults):
        yield


def test_a_missing_page_keeps_the_navigation_of_who_is_signed_in(as_admin: Client) -> None:
    page = as_admin.get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    assert 'aria-label="Main"' in page.content.decode()


def test_a_stranger_learns_nothing_but_that_there_is_nothing(db: None) -> None:
    page = Client().get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    assert 'aria-label="Main"' not in page.content.decode()


def test_a_broken_page_shows_a_way_on_and_no_stack_trace(as_admin: Client, faults: object) -> None:
    as_admin.raise_request_exception = False
    page = as_admin.get("/broken/")
    assert page.status_code == 500
    assert "That was our mistake" in page.content.decode()
    assert "secret" not in page.content.decode()
    assert "Traceback" not in page.content.decode()


def test_the_page_of_our_mistakes_needs_neither_database_nor_reader() -> None:
    """Without the db fixture a query would fail the test."""
    page = defaults.server_error(HttpRequest())
    assert "Go to the start" in page.content.decode()


def test_a_request_we_cannot_read_is_told_so(as_admin: Client, faults: object) -> None:
    page = as_admin.get("/suspicious/")
    assert page.status_code == 400
    assert "We could not read that request" in page.content.decode()


def test_a_form_from_before_the_sign_in_is_refused_with_an_explanation(as_admin: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = as_admin.cookies
    page = careful.post("/sign-in/logout/")
    assert page.status_code == 403
    assert "This form was open too long" in page.content.decode()
