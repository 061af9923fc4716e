"""Who is away, and who covers them: the delegate who is there, through every chain, and never in a circle."""

from datetime import date

import pytest
from django.db import IntegrityError

from abmhub.core.refusals import NotAllowed
from abmhub.users import actions
from abmhub.users.actions import NotAnAbsence
from abmhub.users.models import Absence, User

MONDAY, WEDNESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6)


def away(person: User, delegate: User | None = None, *, until: date = FRIDAY) -> Absence:
    return actions.enter_absence(person=person, starts_on=MONDAY, ends_on=until, delegate=delegate, by=person)


def test_the_first_and_the_last_day_count(marketer: User, other_marketer: User) -> None:
    away(marketer, other_marketer)
    for day, covers in {
        date(2026, 3, 1): {},
        MONDAY: {marketer.pk: other_marketer.pk},
        FRIDAY: {marketer.pk: other_marketer.pk},
        date(2026, 3, 7): {},
    }.items():
        assert Absence.objects.stand_ins(day) == covers


def test_a_delegate_who_is_away_is_covered_too(marketer: User, other_marketer: User, marketing_manager: User) -> None:
    away(marketer, other_marketer)
    away(other_marketer, marketing_manager, until=WEDNESDAY)
    assert Absence.objects.covered_by(marketing_manager, WEDNESDAY) == {marketer.pk, other_marketer.pk}
    assert Absence.objects.covered_by(other_marketer, FRIDAY) == {marketer.pk}


def test_a_circle_and_a_leaver_cover_nobody(
    marketer: User, other_marketer: User, rep: User, marketing_manager: User, admin: User
) -> None:
    away(marketer, other_marketer)
    away(other_marketer, marketer)
    away(rep, marketing_manager)
    actions.deactivate(person=marketing_manager, by=admin)
    assert Absence.objects.stand_ins(WEDNESDAY) == dict.fromkeys((marketer.pk, other_marketer.pk, rep.pk))


def test_people_say_it_of_themselves_and_administrators_of_anybody(
    marketer: User, other_marketer: User, admin: User
) -> None:
    wish = {"person": marketer, "starts_on": MONDAY, "ends_on": FRIDAY, "delegate": None}
    with pytest.raises(NotAllowed):
        actions.enter_absence(**wish, by=other_marketer)  # type: ignore[arg-type]
    absence = actions.enter_absence(**wish, by=admin)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        actions.end_absence(absence=absence, by=other_marketer, day=WEDNESDAY)


def test_days_that_make_no_sense_are_refused(marketer: User, other_marketer: User, admin: User) -> None:
    away(marketer)
    actions.deactivate(person=other_marketer, by=admin)
    for days, delegate, sentence in (
        ((FRIDAY, FRIDAY), None, "entered already"),
        ((date(2026, 4, 2), date(2026, 4, 1)), None, "before the first"),
        ((date(2026, 4, 1), date(2026, 4, 2)), marketer, "cover their own"),
        ((date(2026, 4, 1), date(2026, 4, 2)), other_marketer, "has left"),
    ):
        with pytest.raises(NotAnAbsence, match=sentence):
            actions.enter_absence(person=marketer, starts_on=days[0], ends_on=days[1], delegate=delegate, by=marketer)


def test_the_database_holds_the_same_wall(marketer: User) -> None:
    away(marketer)
    with pytest.raises(IntegrityError, match="absence_once_a_day"):
        Absence.objects.create(person=marketer, starts_on=FRIDAY, ends_on=date(2026, 3, 9))


def test_whoever_is_back_early_is_there_from_that_day(marketer: User) -> None:
    actions.end_absence(absence=away(marketer), by=marketer, day=WEDNESDAY)
    assert Absence.objects.get().ends_on == date(2026, 3, 3)
    actions.end_absence(absence=Absence.objects.get(), by=marketer, day=MONDAY)
    assert not Absence.objects.exists()
