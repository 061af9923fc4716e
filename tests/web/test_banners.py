"""What every page says about the data it shows."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags
from django_celery_beat.models import CrontabSchedule

from abmhub.core.models import Installation, Run

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def night_of(days_ago: int) -> None:
    day = NOW - timedelta(days=days_ago)
    Run.objects.create(
        job="nightly",
        business_day=day.date(),
        status=Run.Status.DONE,
        started_at=day,
        finished_at=day,
        published_at=day,
    )


def banner(client: Client) -> str:
    """What the banner about old figures says; empty without one."""
    page = client.get("/search/").content.decode()
    found = re.search(r'<aside class="banner banner-warn".*?</aside>', page, re.DOTALL)
    return " ".join(strip_tags(found[0]).split()) if found else ""


@pytest.mark.parametrize(
    ("hour", "days_ago", "is_said"),
    [(10, 0, False), (5, 1, False), (6, 1, True), (10, 1, True), (5, 2, True), (10, 9, True)],
)
def test_it_says_when_a_night_is_missing_four_hours_after_its_time(
    as_analyst: Client, hour: int, days_ago: int, is_said: bool
) -> None:
    night_of(days_ago)
    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        assert bool(banner(as_analyst)) is is_said


@time_machine.travel(NOW, tick=False)
def test_it_says_how_old_the_figures_are_and_what_became_of_the_night(as_analyst: Client) -> None:
    night_of(1)
    assert banner(as_analyst) == (
        "Figures as of Tue 3 Mar, 24 hours old. The night of Wed 4 Mar has not run; scores and tiers may have moved."
    )
    tonight = Run.objects.create(job="nightly", business_day=NOW.date(), status="failed", started_at=NOW)
    assert "The night of Wed 4 Mar failed and is tried again;" in banner(as_analyst)
    tonight.status = Run.Status.RUNNING
    tonight.save()
    assert "The night of Wed 4 Mar is running, later than planned;" in banner(as_analyst)
    Run.objects.filter(business_day=NOW.date() - timedelta(days=1)).update(published_at=NOW - timedelta(days=4))
    assert "4 days old" in banner(as_analyst)


@time_machine.travel(NOW, tick=False)
def test_only_who_may_look_there_is_led_to_the_run_ledger(as_analyst: Client, as_admin: Client) -> None:
    night_of(1)
    assert "Run ledger" not in banner(as_analyst)
    assert "Run ledger" in banner(as_admin)


@pytest.mark.parametrize(
    ("hours", "weekdays", "is_said"),
    [("2-23", "*", True), ("7-23", "*", False), ("2-23", "0,1,2,4-6", False), ("2-23", "mon-tue", False)],
)
@time_machine.travel(NOW, tick=False)
def test_it_waits_for_the_schedule_of_the_admin(as_analyst: Client, hours: str, weekdays: str, is_said: bool) -> None:
    night_of(1)
    CrontabSchedule.objects.update(hour=hours, day_of_week=weekdays)
    assert bool(banner(as_analyst)) is is_said


@time_machine.travel(NOW, tick=False)
def test_before_the_first_night_nothing_is_old(as_analyst: Client) -> None:
    assert "banner-warn" not in as_analyst.get("/search/").content.decode()


def test_it_says_when_the_company_is_made_up(as_analyst: Client) -> None:
    assert "Demo data" not in as_analyst.get("/search/").content.decode()
    Installation.objects.update_or_create(pk=1, defaults={"demo_seed": 7})
    assert "Demo data" in as_analyst.get("/search/").content.decode()
