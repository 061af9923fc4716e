"""manage.py nightly and verify, and the schedule."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.nightly import after, jobs, presets, steps
from tests.nightly.conftest import TODAY, YESTERDAY, held_night


def answer_of(*words: str) -> dict[str, Any]:
    """The last line that the command prints, read as JSON."""
    out = StringIO()
    call_command(*words, "--json", stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_one_line_of_json(fitting: Account) -> None:
    answer = answer_of("nightly", "--as-of", "2026-03-04")
    assert {name: answer[name] for name in ("business_day", "status", "attempts", "tiers", "moves", "errors")} == {
        "business_day": "2026-03-04",
        "status": "done",
        "attempts": 1,
        "tiers": {"Tier 1": 0, "Tier 2": 0, "Tier 3": 1, "none": 0},
        "moves": 1,
        "errors": [],
    }
    assert [step["name"] for step in answer["steps"]] == [
        "unknown domains", "changes", "signals", "scores", "tiers", "sources", "committees", "market", "snapshots",
        "metrics", "verify",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_command_recomputes_a_day_that_is_done(fitting: Account) -> None:
    answer_of("nightly", "--as-of", str(TODAY))
    Account.objects.update(industry="retail", employees=1)
    answer = answer_of("nightly", "--as-of", str(TODAY))
    assert (answer["attempts"], answer["tiers"]["Tier 3"]) == (2, 0)
    earlier = answer_of("nightly", "--as-of", str(YESTERDAY))
    assert earlier["business_day"] == str(YESTERDAY)


@pytest.mark.django_db(transaction=True)
def test_beside_another_night_the_command_does_nothing(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with held_night(monkeypatch):
        answer = answer_of("nightly", "--as-of", str(TODAY))
    assert answer == {"business_day": "2026-03-04", "status": "already running"}
    assert Run.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_step_that_another_attempt_has_begun_is_at_work(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_over(*, at: datetime) -> Run:
        run = Run.objects.create(job=after.JOB, business_day=TODAY, started_at=at)
        run.steps.create(name="returns", position=1, started_at=at)
        return run

    monkeypatch.setattr(after, "follow", taken_over)
    told = StringIO()
    call_command("nightly", "--as-of", str(TODAY), stdout=StringIO(), stderr=told)
    assert told.getvalue().splitlines()[-1].split() == ["returns", "at", "work", "0.00", "s"]


@pytest.mark.django_db(transaction=True)
def test_tomorrow_is_refused_with_a_sentence(db: None) -> None:
    tomorrow = business_day(timezone.now()) + timedelta(days=1)
    with pytest.raises(CommandError, match="has not begun"):
        call_command("nightly", "--as-of", str(tomorrow))


@pytest.mark.django_db(transaction=True)
def test_a_night_that_fails_ends_with_the_error(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Out of luck.")

    monkeypatch.setattr("abmhub.nightly.news.tell", fail)
    with pytest.raises(ValueError, match="Out of luck"):
        answer_of("nightly", "--as-of", "2026-03-04", "--full")
    assert Run.objects.get().status == Run.Status.FAILED


@pytest.mark.django_db(transaction=True)
def test_the_job_runs_the_night_of_today_once(fitting: Account) -> None:
    jobs.nightly()
    jobs.nightly()
    run = Run.objects.get(job=steps.JOB)
    assert (run.business_day, run.attempts) == (business_day(timezone.now()), 1)


def test_verify_says_that_the_books_balance(account: Account) -> None:
    answer = answer_of("verify")
    assert answer["errors"] == 0
    assert set(answer["books"]) == {"budgets", "orders", "tiers", "funnel", "metrics"}


def test_verify_names_what_does_not(fitting: Account) -> None:
    Standing.objects.update_or_create(account=fitting, defaults={"tier": Tier.objects.get(level=2)})
    TierChange.objects.create(account=fitting, changed_on=TODAY, to_tier=Tier.objects.get(level=1), policy_version=1)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 contradiction"):
        call_command("verify", stdout=out, stderr=err)
    assert "Fitting stands in Tier 2; its history ends in Tier 1." in err.getvalue()


def test_the_schedule_calls_a_job_that_exists(db: None) -> None:
    task = PeriodicTask.objects.get(name=presets.NAME)
    assert task.task in current_app.tasks
    assert current_app.tasks[task.task].run is jobs.nightly.run
    assert task.enabled


def test_a_schedule_that_an_administrator_changed_is_left_alone(db: None) -> None:
    PeriodicTask.objects.filter(name=presets.NAME).update(enabled=False)
    presets.load()
    assert not PeriodicTask.objects.get(name=presets.NAME).enabled


def test_a_schedule_as_it_was_once_shipped_becomes_the_present_one(db: None) -> None:
    once = CrontabSchedule.objects.create(minute="*/15", hour="2-23")
    PeriodicTask.objects.filter(name=presets.NAME).update(crontab=once, expire_seconds=14 * 60)
    presets.load()
    schedule = PeriodicTask.objects.get(name=presets.NAME)
    assert (schedule.crontab.minute, schedule.crontab.hour, schedule.expire_seconds) == ("*", "2-23", 50)
