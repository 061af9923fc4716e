"""Changes of who works here, and as what."""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q

from abmhub.core.models import CalendarDay, WorkingCalendar
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.users.models import Absence, Role, Team, User
from abmhub.users.verbs import may, require


def find_or_add_manager(*, name: str) -> User | None:
    """The one person of this name, as somebody who manages; a new one, who cannot sign in yet, when there is none.

    None when several people have the name: which of them it is must not be guessed.
    """
    people = list(User.objects.filter(name__iexact=name)[:2])
    if len(people) > 1:
        return None
    if not people:
        return User.objects.create_user(None, name=name, role=Role.SALES_MANAGER)
    (person,) = people
    if person.role == Role.SALES_REP:
        person.role = Role.SALES_MANAGER
        person.save(update_fields=["role"])
    return person


def find_or_form_team(*, name: str, manager_id: int | None, manager_name: str) -> Team:
    """The team of this name, or without a name the manager's first; a new one when there is none.

    A team that has a manager keeps it.
    """
    teams = Team.objects.order_by("pk")
    team = None if name or manager_id is None else teams.filter(manager=manager_id).first()
    team = team or teams.filter(name__iexact=name or manager_name).first()
    if team is None:
        return Team.objects.create(name=name or manager_name, manager_id=manager_id)
    if team.manager_id is None and manager_id is not None:
        team.manager_id = manager_id
        team.save(update_fields=["manager"])
    return team


class LastAdministrator(Refused):
    """Nobody would be left who can administer."""


@transaction.atomic
def change_role(*, person: User, role: Role, by: User) -> User:
    """Give somebody another role; an administrator, and nobody else, may use Django admin.

    Raises NotAllowed, LastAdministrator.
    """
    require(by, "users.manage")
    current = _locked(person)
    if current.role == Role.ADMIN and role != Role.ADMIN:
        _refuse_for_the_last(current)
    current.role = role
    current.is_staff = current.is_superuser = role == Role.ADMIN
    current.save(update_fields=["role", "is_staff", "is_superuser"])
    return current


@transaction.atomic
def deactivate(*, person: User, by: User) -> User:
    """Somebody leaves: they cannot sign in any more, and what they did stays theirs.

    Raises NotAllowed, LastAdministrator.
    """
    require(by, "users.manage")
    current = _locked(person)
    _refuse_for_the_last(current)
    current.is_active = False
    current.save(update_fields=["is_active"])
    return current


@transaction.atomic
def reactivate(*, person: User, by: User) -> User:
    """Somebody comes back, with the role and the password they had. Raises NotAllowed."""
    require(by, "users.manage")
    current = _locked(person)
    current.is_active = True
    current.save(update_fields=["is_active"])
    return current


def _locked(person: User) -> User:
    """The person as they are now. Administrators are locked with them, or two could send each other away."""
    together = User.objects.filter(Q(pk=person.pk) | Q(role=Role.ADMIN)).order_by("pk").select_for_update()
    return next(found for found in together if found.pk == person.pk)


def _refuse_for_the_last(person: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True, is_superuser=True).exclude(pk=person.pk)
    if person.role == Role.ADMIN and not others.exists():
        raise LastAdministrator(f"{person} is the last administrator: make another one first.")


class NotAnAbsence(Refused):
    """The days or the delegate make no sense: the message says which."""


@transaction.atomic
def enter_absence(*, person: User, starts_on: date, ends_on: date, delegate: User | None, by: User) -> Absence:
    """Say when somebody is away and who covers them; people say it of themselves, administrators of anybody.

    Raises NotAllowed, or NotAnAbsence when the days overlap others or the delegate cannot cover.
    """
    _refuse_for_others(person, by)
    if delegate is not None and not User.objects.filter(pk=delegate.pk, is_active=True).exists():
        raise NotAnAbsence(f"{delegate} has left: choose somebody else.")
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    absence = Absence(person=person, starts_on=starts_on, ends_on=ends_on, delegate=delegate)
    try:
        absence.full_clean()
    except ValidationError as error:
        raise NotAnAbsence(" ".join(error.messages)) from error
    absence.save()
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, day: date) -> None:
    """Somebody is back from this day on; an absence that has not begun is forgotten. Raises NotAllowed."""
    _refuse_for_others(absence.person, by)
    Absence.objects.filter(pk=absence.pk, starts_on__gte=day).delete()
    Absence.objects.filter(pk=absence.pk, ends_on__gte=day).update(ends_on=day - timedelta(days=1))


def _refuse_for_others(person: User, by: User) -> None:
    if person.pk != by.pk and not may(by, "users.manage"):
        raise NotAllowed("People say for themselves when they are away; an administrator may for anybody.")


class CalendarNeeded(Refused):
    """Teams work by it, or something was promised by it."""


@transaction.atomic
def write_calendar(
    *, calendar: WorkingCalendar, days: Collection[CalendarDay] | None, teams: Collection[Team] | None, by: User
) -> None:
    """Keep a new working calendar, or what changed of one; None leaves its days, or the teams that go by it, as is.

    What was promised stays. Raises NotAllowed, or ValidationError for one that nobody could work by.
    """
    require(by, "users.set_calendars")
    if calendar.pk != WorkingCalendar.DEFAULT and not calendar.name:
        raise ValidationError("Give it a name: teams choose it by that.")
    if calendar.pk == WorkingCalendar.DEFAULT and teams:
        raise ValidationError("Everybody's calendar is that of all teams without one of their own: name none.")
    calendar.full_clean()
    calendar.save()
    if days is not None:
        calendar.days.all().delete()
        for day in days:
            day.calendar = calendar
            day.full_clean()
            day.save()
    if teams is not None:
        calendar.teams.exclude(pk__in=[team.pk for team in teams]).update(calendar=None)
        Team.objects.filter(pk__in=[team.pk for team in teams]).update(calendar=calendar)


@transaction.atomic
def remove_calendar(*, calendar: WorkingCalendar, by: User) -> None:
    """Raises NotAllowed, or CalendarNeeded for everybody's and for one in use."""
    require(by, "users.set_calendars")
    if calendar.pk == WorkingCalendar.DEFAULT:
        raise CalendarNeeded("Everybody works by this calendar: change it instead.")
    try:
        calendar.delete()
    except ProtectedError as needed:
        teams = " and ".join(sorted(str(each) for each in needed.protected_objects if isinstance(each, Team)))
        why = f"{teams} works by it" if teams else "Something was promised by it"
        raise CalendarNeeded(f"{why}: it stays.") from needed
