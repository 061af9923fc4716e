"""The business day of a moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from abmhub.core.days import business_day, first_moment


def test_a_moment_belongs_to_the_day_of_the_installation_and_not_of_utc(settings: Settings) -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    settings.TIME_ZONE = "Asia/Taipei"
    assert business_day(late) == date(2026, 3, 5)
    settings.TIME_ZONE = "America/New_York"
    assert business_day(late) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Africa/Cairo", date(2024, 4, 26)),  # clocks jump from 00:00 to 01:00: the day has no midnight
        ("Asia/Beirut", date(2022, 3, 27)),
        ("Africa/Cairo", date(2024, 11, 1)),  # clocks go back at midnight: 23:xx of the day before comes twice
        ("America/New_York", date(2026, 3, 8)),
        ("UTC", date(2026, 3, 4)),
    ],
)
def test_a_day_begins_at_its_first_moment(settings: Settings, zone: str, day: date) -> None:
    settings.TIME_ZONE = zone
    first = first_moment(day)
    assert business_day(first) == day
    assert business_day(first - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        business_day(datetime(2026, 3, 4, 12, 0))  # noqa: DTZ001 - that is the point
