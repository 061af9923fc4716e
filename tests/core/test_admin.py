"""The run ledger and the installation in the admin."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.core.models import Installation, Run, RunStep
from abmhub.users.models import User


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.fixture
def run(db: None, now: datetime) -> Run:
    """A night that has done one step of two, and the one before it."""
    before = Run.objects.create(
        job="nightly", business_day=now.date() - timedelta(days=1), started_at=now, published_at=now, status="done"
    )
    run = Run.objects.create(job="nightly", business_day=now.date(), started_at=now)
    for each, seconds in ((before, 2.5), (run, 3.0)):
        RunStep.objects.create(run=each, name="signals", position=1, started_at=now, finished_at=now, seconds=seconds)
    RunStep.objects.create(run=before, name="scores", position=2, started_at=now, finished_at=now, seconds=4.25)
    RunStep.objects.create(run=run, name="scores", position=2, started_at=now)
    return run


def shown(browser: Client, run: Run) -> str:
    return browser.get(reverse("admin:core_run_change", args=[run.pk])).content.decode()


def test_the_run_ledger_shows_progress_and_cannot_be_edited(browser: Client, run: Run) -> None:
    assert "1 of 2" in browser.get(reverse("admin:core_run_changelist")).content.decode()
    page = shown(browser, run)
    told = " ".join(strip_tags(page).split())
    assert "1 of 2" in told
    assert "Signals – 3.00 2.50 Scores – running 4.25" in told
    assert browser.post(reverse("admin:core_run_change", args=[run.pk]), {"job": "other"}).status_code == 403


def test_the_page_of_a_run_asks_again_while_it_runs(browser: Client, run: Run) -> None:
    assert 'hx-trigger="every 2s"' in shown(browser, run)
    run.status = Run.Status.FAILED
    run.save()
    page = shown(browser, run)
    assert "hx-trigger" not in page
    assert "not finished" in page


def test_the_installation_is_one_row(browser: Client) -> None:
    add = reverse("admin:core_installation_add")
    assert browser.post(add, {"company_name": "Acme"}).status_code == 302
    assert Installation.objects.get().company_name == "Acme"
    assert browser.get(add).status_code == 403
    change = reverse("admin:core_installation_change", args=[1])
    assert browser.post(change, {"company_name": "Borealis"}).status_code == 302
    assert Installation.objects.get().company_name == "Borealis"
