"""The clock of a task rests while it waits. It is due on Wednesday 2026-03-11, one week after it was ordered."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from abmhub.core.models import CalendarDay, WorkingCalendar
from abmhub.orders import actions
from abmhub.orders.models import Task
from abmhub.users.models import User

BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str) -> datetime:
    """Of 2026, in Berlin: month-day hour:minute."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)


def pause(task: Task, marketer: User, since: str, until: str, on: Task.WaitingOn = Task.WaitingOn.REP) -> Task:
    actions.wait(task=task, on=on, note="", by=marketer, at=moment(since))
    return actions.resume(task=task, by=marketer, at=moment(until))


@pytest.mark.parametrize(
    ("pauses", "days", "due_on"),
    [
        ([("03-05 09:00", "03-05 17:00")], 0, date(2026, 3, 11)),
        ([("03-05 09:00", "03-06 09:00")], 1, date(2026, 3, 12)),
        # Nobody would have worked on it over the weekend.
        ([("03-06 17:00", "03-08 20:00")], 0, date(2026, 3, 11)),
        ([("03-06 17:00", "03-09 08:00")], 1, date(2026, 3, 12)),
        ([("03-07 10:00", "03-10 08:00")], 2, date(2026, 3, 13)),
        # Good Friday and Easter Monday are holidays in Germany.
        ([("04-02 10:00", "04-07 10:00")], 1, date(2026, 3, 12)),
        # The night in which clocks jump to summer time, and the one in which they jump back.
        ([("03-27 23:30", "03-29 03:30")], 0, date(2026, 3, 11)),
        ([("03-28 23:30", "03-30 00:30")], 1, date(2026, 3, 12)),
        ([("10-24 23:30", "10-26 00:30")], 1, date(2026, 3, 12)),
        # Just after midnight in Berlin it is the day before in UTC.
        ([("03-05 23:50", "03-06 00:10")], 1, date(2026, 3, 12)),
        ([("03-05 09:00", "03-06 09:00"), ("03-09 09:00", "03-11 09:00")], 3, date(2026, 3, 16)),
    ],
    ids=[
        "same-day", "a-day", "weekend", "until-monday", "from-saturday", "easter", "spring-night", "spring-weekend",
        "autumn-weekend", "midnight", "two-pauses",
    ],
)  # fmt: skip
def test_it_is_due_later_by_the_working_days_that_were_waited(
    claimed: Task, marketer: User, settings: Settings, pauses: Sequence[tuple[str, str]], days: int, due_on: date
) -> None:
    settings.ABMHUB_COUNTRY, settings.TIME_ZONE = "DE", "Europe/Berlin"
    for since, until in pauses:
        task = pause(claimed, marketer, since, until)
    assert (task.paused_days, task.due_on) == (days, due_on)
    assert task.line.promised_on == date(2026, 3, 11)


def test_a_decided_working_saturday_was_waited_too(claimed: Task, marketer: User, settings: Settings) -> None:
    settings.ABMHUB_COUNTRY, settings.TIME_ZONE = "DE", "Europe/Berlin"
    calendar = WorkingCalendar.objects.get()
    CalendarDay.objects.create(calendar=calendar, day_on=date(2026, 3, 7), is_worked=True)
    task = pause(claimed, marketer, "03-06 17:00", "03-07 08:00")
    assert (task.paused_days, task.due_on) == (1, date(2026, 3, 12))


def test_a_week_that_begins_on_sunday_is_counted_as_one(claimed: Task, marketer: User, settings: Settings) -> None:
    settings.ABMHUB_COUNTRY = "SA"
    # Thursday to Sunday: Friday and Saturday are its weekend.
    task = pause(claimed, marketer, "03-05 10:00", "03-08 10:00")
    assert (task.paused_days, task.due_on) == (1, date(2026, 3, 12))
