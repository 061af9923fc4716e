"""Whatever is not allowed is answered in one way: a page that says why and whom to ask, whoever refused it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from abmhub import urls
from abmhub.core.refusals import NotAllowed
from abmhub.metrics.models import Choice
from abmhub.orders.models import Approval, TaskFile
from tests.web.conftest import browser_of

ASK = "Your administrator can give you the role for it, or say who has it."


def refusing(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("Only Ann rings this bell.")


def locked(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


class UrlsWithABell:
    urlpatterns = [*urls.urlpatterns, path("bell/", refusing), path("locked/", locked)]


def told(page: Any) -> str:
    assert page.status_code == 403
    return str(page.content.decode())


@override_settings(ROOT_URLCONF=UrlsWithABell)
def test_a_refusal_that_a_view_lets_through_is_a_page_with_its_sentence(as_admin: Client) -> None:
    words = told(as_admin.get("/bell/"))
    assert f"Only Ann rings this bell. {ASK}" in words
    assert 'aria-label="Main"' in words


def test_a_verb_that_a_role_does_not_have_is_refused_in_its_own_words(as_rep: Client) -> None:
    assert f"Only marketing managers and administrators import files. {ASK}" in told(as_rep.get(reverse("import-list")))


@override_settings(ROOT_URLCONF=UrlsWithABell)
def test_a_refusal_without_words_is_told_in_general(as_rep: Client) -> None:
    assert f"You are signed in, but this needs another role. {ASK}" in told(as_rep.get("/locked/"))


def test_an_order_that_waits_for_somebody_else_is_not_decided(as_sales_manager: Client, approval: Approval) -> None:
    path = reverse("approval-decide", args=[approval.pk])
    words = told(as_sales_manager.post(path, {"verdict": "approve", "reason": "Fine with me."}))
    assert "Not yours to decide" in words
    approval.refresh_from_db()
    assert approval.is_pending


def test_a_colleague_s_file_is_not_taken_away(as_other_marketer: Client, task_file: TaskFile) -> None:
    words = told(as_other_marketer.post(reverse("task-file-remove", args=[task_file.pk])))
    assert "Only Mei Chen or a marketing manager can remove this file." in words
    assert TaskFile.objects.filter(pk=task_file.pk).exists()


def test_whoever_proposed_a_definition_does_not_sign_it_too(metric_choice: Choice) -> None:
    assert metric_choice.proposed_by is not None
    page = browser_of(metric_choice.proposed_by).post(reverse("metric-confirm", args=[metric_choice.pk]))
    assert "second person" in told(page).lower()
    assert Choice.objects.waiting().filter(pk=metric_choice.pk).exists()
