"""What every page says about the data it shows."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

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


@pytest.mark.parametrize(("days_ago", "is_said"), [(0, False), (1, False), (2, True), (9, True)])
@time_machine.travel(NOW, tick=False)
def test_it_says_when_the_figures_are_older_than_two_days(as_analyst: Client, days_ago: int, is_said: bool) -> None:
    night_of(days_ago)
    page = as_analyst.get("/search/").content.decode()
    assert ("banner-warn" in page) is is_said


@time_machine.travel(NOW, tick=False)
def test_before_the_first_night_nothing_is_old(as_analyst: Client) -> None:
    assert "banner-warn" not in as_analyst.get("/search/").content.decode()


def test_it_says_when_the_company_is_made_up(as_analyst: Client) -> None:
    assert "Demo data" not in as_analyst.get("/search/").content.decode()
    Installation.objects.update_or_create(pk=1, defaults={"demo_seed": 7})
    assert "Demo data" in as_analyst.get("/search/").content.decode()
