"""The run ledger and the installation in the admin."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.core.models import Installation, Run, RunStep, WorkingCalendar
from abmhub.users.models import Team, User


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


def decide(browser: Client, **written: object) -> str:
    """What the page of the working calendar answers to this form; nothing when it was saved."""
    form = {"cut_off_hour": 14, "days-TOTAL_FORMS": 1, "days-INITIAL_FORMS": 0} | written
    answer = browser.post(reverse("admin:core_workingcalendar_change", args=[1]), form)
    return "" if answer.status_code == 302 else " ".join(strip_tags(answer.content.decode()).split())


def test_an_administrator_decides_on_the_working_calendar(browser: Client) -> None:
    day = {"days-0-day_on": "2026-03-07", "days-0-is_worked": "on", "days-0-name": "Working Saturday"}
    assert decide(browser, country="de", region="by", cut_off_hour=16, weekend=[4, 5], **day) == ""
    calendar = WorkingCalendar.objects.get()
    assert (calendar.country, calendar.region, calendar.weekend, calendar.cut_off_hour) == ("DE", "BY", [4, 5], 16)
    assert [(day.name, day.is_worked) for day in calendar.days.all()] == [("Working Saturday", True)]
    assert "DE" in browser.get(reverse("admin:core_workingcalendar_changelist")).content.decode()


def test_a_calendar_nobody_could_work_by_is_refused(browser: Client) -> None:
    assert "holidays of no such country are known" in decide(browser, country="XX")
    assert "known are: BB, BE, BW" in decide(browser, country="DE", region="ZZ")
    assert "The day has 24 hours" in decide(browser, cut_off_hour=25)
    assert "One day of the week must be left" in decide(browser, weekend=[0, 1, 2, 3, 4, 5, 6])
    assert WorkingCalendar.objects.get().cut_off_hour == 14


def test_teams_elsewhere_get_a_calendar_of_their_own(browser: Client) -> None:
    add = reverse("admin:core_workingcalendar_add")
    days = {"cut_off_hour": 13, "days-TOTAL_FORMS": 0, "days-INITIAL_FORMS": 0}

    def told(**written: str) -> str:
        answer = browser.post(add, days | written)
        return "" if answer.status_code == 302 else " ".join(strip_tags(answer.content.decode()).split())

    assert "Give it a name" in told(country="EG")
    assert "No such time zone is known" in told(name="Cairo", time_zone="Cairo")
    assert told(name="Cairo", country="eg", time_zone="Africa/Cairo") == ""
    assert "already" in told(name="Cairo")
    cairo = WorkingCalendar.objects.exclude(pk=WorkingCalendar.DEFAULT).get()
    Team.objects.create(name="Studio Cairo", calendar=cairo)
    listed = strip_tags(browser.get(reverse("admin:core_workingcalendar_changelist")).content.decode())
    assert "CairoEG-Africa/Cairo13Studio Cairo" in listed


def test_everybodys_calendar_stays_and_so_does_one_in_use(browser: Client) -> None:
    cairo = WorkingCalendar.objects.create(name="Cairo")
    team = Team.objects.create(name="Studio Cairo", calendar=cairo)
    for pk in (WorkingCalendar.DEFAULT, cairo.pk):
        browser.post(reverse("admin:core_workingcalendar_delete", args=[pk]), {"post": "yes"})
    assert WorkingCalendar.objects.count() == 2
    team.delete()
    browser.post(reverse("admin:core_workingcalendar_delete", args=[cairo.pk]), {"post": "yes"})
    assert WorkingCalendar.objects.get().pk == WorkingCalendar.DEFAULT
