"""The run ledger and the installation in the admin."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.core.models import Installation, Run, RunStep
from abmhub.users.models import User


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


def test_the_run_ledger_shows_progress_and_cannot_be_edited(browser: Client, now: datetime) -> None:
    run = Run.objects.create(job="nightly", business_day=now.date(), started_at=now)
    RunStep.objects.create(
        run=run, name="signals", position=1, started_at=now, finished_at=now + timedelta(seconds=3), rows=7, seconds=3.0
    )
    RunStep.objects.create(run=run, name="scores", position=2, started_at=now)
    assert "nightly" in browser.get(reverse("admin:core_run_changelist")).content.decode()
    page = reverse("admin:core_run_change", args=[run.pk])
    shown = browser.get(page).content.decode()
    assert "3.00" in shown
    assert "still running, or never finished" in shown
    assert browser.post(page, {"job": "other"}).status_code == 403


def test_the_installation_is_one_row(browser: Client) -> None:
    add = reverse("admin:core_installation_add")
    assert browser.post(add, {"company_name": "Acme"}).status_code == 302
    assert Installation.objects.get().company_name == "Acme"
    assert browser.get(add).status_code == 403
    change = reverse("admin:core_installation_change", args=[1])
    assert browser.post(change, {"company_name": "Borealis"}).status_code == 302
    assert Installation.objects.get().company_name == "Borealis"
