"""Work by the calendar of the team that does it: Cairo works from Sunday to Thursday, by its own clock.

2026-03-04 is a Wednesday; everybody else works from Monday to Friday in UTC. The cast's letter takes 5 working days.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from abmhub.committee.models import Contact
from abmhub.core.models import CalendarDay, WorkingCalendar
from abmhub.core.workdays import calendar
from abmhub.menus.models import RecipeStep, Tactic
from abmhub.orders import actions
from abmhub.orders.models import Approval, ApprovalRule, Escalation, Order, OrderLine, Task
from abmhub.orders.promises import Promise, promises_for
from abmhub.orders.workload import workload_on
from abmhub.users.models import Team, User

Place = Callable[..., Order]

WEDNESDAY, THURSDAY, FRIDAY, SUNDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 8)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)


@pytest.fixture
def cairo(db: None) -> Team:
    own = WorkingCalendar.objects.create(name="Cairo", country="EG", time_zone="Africa/Cairo", cut_off_hour=13)
    return Team.objects.create(name="Studio Cairo", calendar=own)


@pytest.fixture
def made_in_cairo(tactic: Tactic, cairo: Team) -> Tactic:
    """The letter, whose second step the recipe gives to the team in Cairo."""
    step = RecipeStep.objects.get(tactic=tactic, position=2)
    step.assignee_rule, step.team = RecipeStep.Assignee.TEAM, cairo
    step.save()
    return tactic


@pytest.fixture
def of_cairo(marketer: User, cairo: Team) -> User:
    marketer.team = cairo
    marketer.save()
    return marketer


def promise(tactic: Tactic, moment: datetime) -> Promise:
    return promises_for([tactic], at=moment)[tactic.pk]


def test_a_promise_counts_the_days_of_the_team_that_does_it(
    made_in_cairo: Tactic, stocked_tactic: Tactic, now: datetime
) -> None:
    found = promises_for([made_in_cairo, stocked_tactic], at=at(THURSDAY))
    # Thursday, then Sunday to Wednesday and Thursday; elsewhere Thursday, then Friday and Monday to Thursday.
    assert (found[made_in_cairo.pk].on, found[stocked_tactic.pk].on) == (date(2026, 3, 12), date(2026, 3, 12))
    assert promise(made_in_cairo, at(FRIDAY)).starts_on == SUNDAY
    assert promise(stocked_tactic, at(FRIDAY)).starts_on == FRIDAY
    assert promise(made_in_cairo, at(FRIDAY)).on == date(2026, 3, 15)
    assert promise(stocked_tactic, at(FRIDAY)).on == date(2026, 3, 13)
    assert promise(made_in_cairo, at(FRIDAY)).why == (
        "5 working days of lead time, by the calendar of Cairo from Sunday 8 March on."
    )


@pytest.mark.parametrize(
    ("moment", "starts_on"),
    [
        # 12:59 in Cairo, where winter time is two hours ahead of UTC; then 13:00 there.
        (datetime(2026, 3, 4, 10, 59, tzinfo=UTC), WEDNESDAY),
        (datetime(2026, 3, 4, 11, 0, tzinfo=UTC), THURSDAY),
        # Past midnight in Cairo it is Thursday already.
        (datetime(2026, 3, 4, 22, 30, tzinfo=UTC), THURSDAY),
        (datetime(2026, 3, 5, 11, 0, tzinfo=UTC), SUNDAY),
    ],
    ids=["before", "at-cut-off", "after-midnight", "before-the-weekend"],
)
def test_the_cut_off_is_by_the_clock_of_the_team(made_in_cairo: Tactic, moment: datetime, starts_on: date) -> None:
    assert promise(made_in_cairo, moment).starts_on == starts_on


def test_what_is_ordered_keeps_the_calendar_it_was_promised_by(
    made_in_cairo: Tactic, place: Place, contacts: list[Contact], cairo: Team
) -> None:
    order = place((made_in_cairo, contacts[:1]), at=at(FRIDAY))
    line = OrderLine.objects.get(order=order)
    assert (line.calendar, line.starts_on, line.promised_on) == (cairo.calendar, SUNDAY, date(2026, 3, 15))
    steps = {step.position: step.due_on for step in line.task.steps.all()}
    assert steps == {1: date(2026, 3, 9), 2: date(2026, 3, 12)}, "one and four of its working days after Sunday"
    cairo.calendar = None
    cairo.save()
    line.refresh_from_db()
    assert line.promised_on == date(2026, 3, 15)
    with pytest.raises(ProtectedError):
        WorkingCalendar.objects.get(name="Cairo").delete()


def test_what_no_team_with_a_calendar_does_goes_by_everybodys(
    tactic: Tactic, place: Place, contacts: list[Contact], cairo: Team
) -> None:
    line = OrderLine.objects.get(order=place((tactic, contacts[:1]), at=at(FRIDAY)))
    assert (line.calendar, line.starts_on, line.promised_on) == (None, FRIDAY, date(2026, 3, 13))
    assert line.task.calendar == calendar()


def test_a_clock_that_pauses_counts_the_days_of_whoever_has_the_task(claimed: Task, of_cairo: User) -> None:
    """From Thursday to Sunday: a working day in Cairo, and none elsewhere."""
    assert claimed.due_on == date(2026, 3, 11)
    actions.wait(task=claimed, on=Task.WaitingOn.REP, note="", by=of_cairo, at=at(THURSDAY))
    task = actions.resume(task=claimed, by=of_cairo, at=at(SUNDAY))
    assert (task.paused_days, task.due_on) == (1, date(2026, 3, 12))


def test_without_a_team_it_pauses_by_everybodys(claimed: Task, marketer: User, cairo: Team) -> None:
    actions.wait(task=claimed, on=Task.WaitingOn.REP, note="", by=marketer, at=at(THURSDAY))
    task = actions.resume(task=claimed, by=marketer, at=at(SUNDAY))
    assert (task.paused_days, task.due_on) == (1, date(2026, 3, 12)), "Friday was waited, and Cairo rests on it"
    actions.wait(task=task, on=Task.WaitingOn.REP, note="", by=marketer, at=at(FRIDAY + timedelta(days=7)))
    task = actions.resume(task=task, by=marketer, at=at(SUNDAY + timedelta(days=7)))
    assert (task.paused_days, task.due_on) == (1, date(2026, 3, 12))


def test_how_long_a_delivery_took_is_counted_as_it_was_promised(
    made_in_cairo: Tactic, place: Place, contacts: list[Contact], marketer: User
) -> None:
    order = place((made_in_cairo, contacts[:1]), at=at(THURSDAY))
    task = actions.claim_task(task=Task.objects.get(line__order=order), by=marketer, at=at(THURSDAY))
    actions.deliver(task=task, by=marketer, at=at(SUNDAY), note="Handed over.")
    assert OrderLine.objects.get(order=order).took_days == 1


def test_approval_puts_it_off_by_the_working_days_of_its_team(
    made_in_cairo: Tactic, stocked_tactic: Tactic, place: Place, contacts: list[Contact], marketing_manager: User
) -> None:
    ApprovalRule.objects.create(name="All", position=1, least_amount=Decimal(1), approver_role="marketing_manager")
    order = place((made_in_cairo, contacts[:1]), (stocked_tactic, contacts[:1]), at=at(THURSDAY))
    before = dict(order.lines.values_list("tactic", "promised_on"))
    approval = Approval.objects.get(order=order)
    # Sunday: in Cairo a working day was waited; elsewhere work that comes on Sunday begins on Monday, two days later.
    actions.approve(approval=approval, by=marketing_manager, at=at(SUNDAY), reason="Good.")
    after = dict(order.lines.values_list("tactic", "promised_on"))
    assert before == {made_in_cairo.pk: date(2026, 3, 12), stocked_tactic.pk: date(2026, 3, 12)}
    assert after == {made_in_cairo.pk: date(2026, 3, 15), stocked_tactic.pk: date(2026, 3, 16)}


def test_it_is_escalated_on_the_working_days_of_its_team(claimed: Task, of_cairo: User) -> None:
    Task.objects.update(due_on=THURSDAY)
    assert actions.escalate(at=at(FRIDAY)) == 0, "Cairo is off, whatever day it is elsewhere"
    assert actions.escalate(at=at(SUNDAY)) == 1
    assert Escalation.objects.get().to == of_cairo


def test_others_are_not_escalated_on_sundays(claimed: Task, marketer: User, cairo: Team) -> None:
    Task.objects.update(due_on=date(2026, 3, 5))
    assert actions.escalate(at=at(SUNDAY)) == 0
    assert actions.escalate(at=at(date(2026, 3, 9))) == 1


def test_people_have_hours_on_the_days_of_their_team(of_cairo: User, other_marketer: User) -> None:
    CalendarDay.objects.create(
        calendar=WorkingCalendar.objects.get(name="Cairo"), day_on=date(2026, 3, 10), is_worked=False
    )
    found = workload_on(WEDNESDAY)
    # This week from Wednesday: Wednesday, Thursday and Sunday; elsewhere Friday. In the next one Tuesday is closed.
    assert found.loads[of_cairo.pk].capacity[:2] == [Decimal(18), Decimal(24)]
    assert found.loads[other_marketer.pk].capacity[:2] == [Decimal(18), Decimal(30)]
    by_day = workload_on(WEDNESDAY, by="day", team_id=of_cairo.team_id)
    assert [slot.starts_on.isoformat()[-2:] for slot in by_day.slots[:4]] == ["04", "05", "08", "09"]
    of_all = workload_on(WEDNESDAY, by="day")
    # What is due on a Sunday counts with the Friday before it, and so do the hours.
    assert of_all.loads[of_cairo.pk].capacity[:4] == [Decimal(6), Decimal(6), Decimal(6), Decimal(6)]


@pytest.mark.django_db
def test_a_calendar_of_a_team_has_a_name_of_its_own(cairo: Team) -> None:
    for name in ("", "Cairo"):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkingCalendar.objects.create(name=name)
    assert str(WorkingCalendar.objects.get(pk=WorkingCalendar.DEFAULT)) == "Everybody's calendar"


@pytest.mark.django_db
def test_another_calendar_may_decide_the_same_day_differently(cairo: Team) -> None:
    everybodys = WorkingCalendar.objects.get(pk=WorkingCalendar.DEFAULT)
    CalendarDay.objects.create(calendar=everybodys, day_on=FRIDAY, is_worked=False)
    CalendarDay.objects.create(calendar=WorkingCalendar.objects.get(name="Cairo"), day_on=FRIDAY, is_worked=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(calendar=everybodys, day_on=FRIDAY, is_worked=True)
