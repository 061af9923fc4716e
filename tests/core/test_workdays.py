"""The working calendar; 2026-03-04 is a Wednesday."""

import time
from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from abmhub.core import workdays
from abmhub.core.models import CalendarDay, WorkingCalendar
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


@pytest.mark.parametrize(
    ("country", "weekend"),
    [
        ("SA", {4, 5}),
        ("EG", {4, 5}),
        ("IL", {4, 5}),
        ("IR", {4}),
        ("NP", {5, 6}),
        ("AE", {5, 6}),
        ("HK", {6}),
        ("US", {5, 6}),
        # Nobody knows its holidays: Monday to Friday are worked.
        ("XX", {5, 6}),
    ],
)
def test_each_country_has_its_own_weekend(settings: Settings, country: str, weekend: set[int]) -> None:
    settings.ABMHUB_COUNTRY = country
    days = [date(2026, 7, 27) + timedelta(days=number) for number in range(21)]
    worked = {day.weekday() for day in days if is_working_day(day)}
    assert set(range(7)) - worked == weekend


def test_a_country_may_have_worked_saturdays(settings: Settings) -> None:
    settings.ABMHUB_COUNTRY = "CN"
    # China makes up for the days between holidays and weekends; 2026-02-14 is such a Saturday.
    assert is_working_day(date(2026, 2, 14))
    assert not is_working_day(date(2026, 3, 7))


@pytest.fixture
def decided(db: None) -> WorkingCalendar:
    calendar = WorkingCalendar.objects.get()
    calendar.save()
    return calendar


def test_closed_days_and_worked_saturdays_are_decided_here(decided: WorkingCalendar) -> None:
    friday, saturday, monday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)
    assert add_working_days(friday, 1) == monday
    CalendarDay.objects.create(calendar=decided, day_on=saturday, is_worked=True)
    assert add_working_days(friday, 1) == saturday
    CalendarDay.objects.create(calendar=decided, day_on=friday, is_worked=False)
    assert add_working_days(friday, 0) == saturday
    assert working_days_between(date(2026, 3, 5), monday) == 2
    decided.days.get(day_on=saturday).delete()
    assert add_working_days(friday, 0) == monday


def test_a_holiday_may_be_worked(decided: WorkingCalendar) -> None:
    christmas = date(2026, 12, 25)
    assert not is_working_day(christmas)
    CalendarDay.objects.create(calendar=decided, day_on=christmas, is_worked=True)
    assert is_working_day(christmas)


def test_country_region_and_weekend_are_decided_here(decided: WorkingCalendar) -> None:
    epiphany, friday, saturday = date(2026, 1, 6), date(2026, 3, 6), date(2026, 3, 7)
    assert is_working_day(epiphany)
    decided.country, decided.region = "DE", "BY"
    decided.save()
    assert not is_working_day(epiphany)
    assert (is_working_day(friday), is_working_day(saturday)) == (True, False)
    decided.weekend = [WorkingCalendar.Weekday.FRIDAY]
    decided.save()
    assert (is_working_day(friday), is_working_day(saturday)) == (False, True)
    assert not is_working_day(epiphany)


@pytest.mark.parametrize(
    ("cut_off_hour", "hour", "expected"),
    [
        (14, 15, date(2026, 3, 5)),
        (16, 15, date(2026, 3, 4)),
        (24, 23, date(2026, 3, 4)),
        (0, 0, date(2026, 3, 5)),
    ],
)
def test_the_cut_off_hour_is_decided_here(
    decided: WorkingCalendar, cut_off_hour: int, hour: int, expected: date
) -> None:
    decided.cut_off_hour = cut_off_hour
    decided.save()
    assert first_working_day(datetime(2026, 3, 4, hour, 30, tzinfo=UTC)) == expected


def test_the_cut_off_keeps_its_hour_when_the_clocks_change(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    # 14:00 there is 13:00 UTC on the last Friday of winter time and 12:00 UTC on the first Monday of summer time.
    assert first_working_day(datetime(2026, 3, 27, 12, 59, tzinfo=UTC)) == date(2026, 3, 27)
    assert first_working_day(datetime(2026, 3, 27, 13, 0, tzinfo=UTC)) == date(2026, 3, 30)
    assert first_working_day(datetime(2026, 3, 30, 11, 59, tzinfo=UTC)) == date(2026, 3, 30)
    assert first_working_day(datetime(2026, 3, 30, 12, 0, tzinfo=UTC)) == date(2026, 3, 31)
    # The Sunday on which they change is a day off of 23 hours, and no day is lost.
    assert first_working_day(datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == date(2026, 3, 30)


@pytest.mark.django_db
def test_what_another_process_decides_is_known_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    monkeypatch.setattr(workdays.kept, "until", -inf)
    assert workdays.calendar().cut_off_hour == 14
    WorkingCalendar.objects.update(cut_off_hour=9)  # as another process does it: no signal comes here
    clock += workdays.KEPT_SECONDS - 1
    assert workdays.calendar().cut_off_hour == 14
    clock += 1
    assert workdays.calendar().cut_off_hour == 9


@pytest.mark.django_db
def test_an_installation_without_the_row_goes_by_its_country() -> None:
    WorkingCalendar.objects.all().delete()
    assert first_working_day(datetime(2026, 3, 6, 15, 0, tzinfo=UTC)) == date(2026, 3, 9)


@pytest.mark.django_db
def test_a_calendar_that_another_process_has_just_made_is_known_at_once() -> None:
    WorkingCalendar.objects.bulk_create([WorkingCalendar(name="Cairo", country="EG")])  # no signal comes here
    made = WorkingCalendar.objects.get(name="Cairo")
    friday = date(2026, 3, 6)
    assert (is_working_day(friday), is_working_day(friday, workdays.calendar(made.pk))) == (True, False)


@pytest.mark.django_db
def test_one_that_is_gone_is_everybodys() -> None:
    assert workdays.calendar(4711) == workdays.calendar()
