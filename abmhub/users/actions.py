"""Changes of who works here, and as what."""

from abmhub.users.models import Role, Team, User


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
