"""The working calendar; 2026-03-04 is a Wednesday."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from abmhub.core.workdays import (
    add_working_days,
    first_working_day,
    is_working_day,
    subtract_working_days,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 4), 0, date(2026, 3, 4)),
        (date(2026, 3, 4), 2, date(2026, 3, 6)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        # A day off: nothing is done on it, so the next working day is both 0 and 1 away.
        (date(2026, 3, 8), 0, date(2026, 3, 9)),
        (date(2026, 3, 8), 1, date(2026, 3, 9)),
        # Over Christmas (Friday) and a weekend; over New Year into another year's calendar.
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_working_days_skip_weekends_and_holidays(day: date, count: int, expected: date) -> None:
    assert add_working_days(day, count) == expected


def test_the_calendar_is_the_countrys(settings: Settings) -> None:
    friday, sunday = date(2026, 3, 6), date(2026, 3, 8)
    assert (is_working_day(friday), is_working_day(sunday)) == (True, False)
    settings.ABMHUB_COUNTRY = "EG"
    assert (is_working_day(friday), is_working_day(sunday)) == (False, True)


def test_it_is_walked_forwards_only() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 3, 4), -1)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 4), 0, date(2026, 3, 4)),
        (date(2026, 3, 9), 1, date(2026, 3, 6)),
        (date(2026, 3, 8), 0, date(2026, 3, 6)),
        (date(2026, 12, 28), 1, date(2026, 12, 24)),
    ],
)
def test_walking_back_skips_them_too(day: date, count: int, expected: date) -> None:
    assert subtract_working_days(day, count) == expected
    with pytest.raises(ValueError, match="backwards"):
        subtract_working_days(day, -1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), 0),
        (date(2026, 3, 4), date(2026, 3, 5), 1),
        (date(2026, 3, 6), date(2026, 3, 9), 1),
        (date(2026, 3, 6), date(2026, 3, 8), 0),
        (date(2026, 3, 6), date(2026, 3, 4), 0),
    ],
)
def test_days_between_do_not_count_the_first(start: date, end: date, expected: int) -> None:
    assert working_days_between(start, end) == expected


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(1, 40))
def test_adding_and_counting_are_each_others_inverse(day: date, count: int) -> None:
    later = add_working_days(day, count)
    assert is_working_day(later)
    assert working_days_between(day, later) == count


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 4, 13, 59, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 4, 14, 0, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 3, 6, 15, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 7, 15, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_what_comes_after_two_in_the_afternoon_counts_from_the_next_working_day(at: datetime, expected: date) -> None:
    assert first_working_day(at) == expected


def test_the_cut_off_is_by_the_clock_of_the_installation(settings: Settings) -> None:
    noon = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    assert first_working_day(noon) == date(2026, 3, 4)
    settings.TIME_ZONE = "Africa/Cairo"  # 14:30 there
    assert first_working_day(noon) == date(2026, 3, 5)
