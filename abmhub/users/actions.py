"""Changes of who works here, and as what."""

from django.db import transaction
from django.db.models import Q

from abmhub.core.refusals import Refused
from abmhub.users.models import Role, Team, User
from abmhub.users.verbs import require


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
