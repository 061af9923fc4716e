"""Reps, their managers' teams and their territories; what a file says lets nobody sign in, or rise."""

import pytest

from abmhub.accounts.models import Territory
from abmhub.users.models import Role, Team, User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

FILE = (
    "sales_agent,manager,regional_office\r\n"
    "Nour Aziz,Sven Dahl,North\r\n"
    "Lee Park,Sven Dahl,North\r\n"
    "Eve Moss,Ida Roy,South\r\n"
)


def test_reps_join_the_team_of_their_manager_and_their_territory(take_in: TakeIn) -> None:
    assert figures_of(take_in("users", FILE)) == {"rows": 3, "accepted": 3, "created": 3}
    rep = User.objects.get(name="Nour Aziz")
    assert rep.role == Role.SALES_REP
    assert rep.team is not None
    assert (rep.team.name, rep.team.manager and rep.team.manager.name) == ("Sven Dahl", "Sven Dahl")
    assert User.objects.get(name="Sven Dahl").role == Role.SALES_MANAGER
    assert set(Territory.objects.get(name="North").members.values_list("name", flat=True)) == {"Nour Aziz", "Lee Park"}


def test_nobody_can_sign_in_by_it(take_in: TakeIn) -> None:
    take_in("users", FILE)
    people = User.objects.filter(name__in=["Nour Aziz", "Sven Dahl"])
    assert len(people) == 2
    assert not any(person.email or person.has_usable_password() or person.is_staff for person in people)


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in("users", FILE)
    before = [list(model.objects.order_by("pk").values()) for model in (User, Team, Territory)]
    assert figures_of(take_in("users", FILE)) == {"rows": 3, "accepted": 3, "unchanged": 3}
    assert [list(model.objects.order_by("pk").values()) for model in (User, Team, Territory)] == before


def test_a_rep_who_manages_others_in_the_file_is_a_manager_wherever_they_stand(take_in: TakeIn) -> None:
    take_in("users", "sales_agent,manager\nLee Park,Nour Aziz\nNour Aziz,\n")
    manager = User.objects.get(name="Nour Aziz")
    assert manager.role == Role.SALES_MANAGER
    assert User.objects.get(name="Lee Park").team == Team.objects.get(manager=manager)


def test_a_new_manager_moves_the_rep_and_another_territory_is_added(take_in: TakeIn) -> None:
    take_in("users", FILE)
    run = take_in("users", "sales_agent,manager,regional_office\nNour Aziz,Ida Roy,South\n")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1, "doubtful": 1}
    assert remarks_of(run) == [(1, "doubtful", "Works North as well.")]
    rep = User.objects.get(name="Nour Aziz")
    assert rep.team == Team.objects.get(name="Ida Roy")
    assert set(rep.territories.values_list("name", flat=True)) == {"North", "South"}


def test_a_team_that_was_renamed_is_still_the_managers(take_in: TakeIn) -> None:
    take_in("users", FILE)
    Team.objects.filter(name="Sven Dahl").update(name="Northern lights")
    assert figures_of(take_in("users", FILE)) == {"rows": 3, "accepted": 3, "unchanged": 3}
    assert not Team.objects.filter(name="Sven Dahl").exists()


def test_two_people_of_one_name_are_not_mixed_up(take_in: TakeIn) -> None:
    take_in("users", "id,name,email\n1,Lee Park,lee@example.com\n2,Lee Park,park@example.com\n")
    run = take_in("users", "name,team\nLee Park,Blue\n", source="other")
    assert figures_of(run) == {"rows": 1, "rejected": 1}
    assert "2 people of this name" in remarks_of(run)[0][2]


def test_a_manager_whose_name_two_people_have_is_not_guessed(take_in: TakeIn) -> None:
    take_in("users", "id,name,email\n1,Lee Park,lee@example.com\n2,Lee Park,park@example.com\n")
    take_in("users", "name,manager\nEve Moss,Lee Park\n", source="other")
    assert Team.objects.get(name="Lee Park").manager is None


@pytest.mark.parametrize("role", ["admin", "Administrator", "marketing manager", "superuser"])
def test_a_file_gives_no_role_that_rules_over_others(take_in: TakeIn, role: str) -> None:
    run = take_in("users", f"name,role\nEve Moss,{role}\n")
    assert figures_of(run) == {"rows": 1, "rejected": 1}
    assert not User.objects.filter(name="Eve Moss").exists()


def test_a_file_takes_nobodys_email_and_role(take_in: TakeIn, admin: User, rep: User) -> None:
    run = take_in("users", f"id,name,email,role\n7,{admin.name},thief@example.com,analyst\n8,Rana Haddad,,analyst\n")
    before = (admin.email, admin.role, rep.role)
    admin.refresh_from_db()
    rep.refresh_from_db()
    assert (admin.email, admin.role, rep.role) == before
    assert figures_of(run)["accepted"] == 2


def test_people_are_recognised_by_key_then_email_then_name(take_in: TakeIn, rep: User) -> None:
    take_in("users", f"id,name,email\n7,R. Haddad,{(rep.email or '').upper()}\n")
    run = take_in("users", "id,name,team\n7,Someone Else,Blue\n")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}
    rep.refresh_from_db()
    assert (rep.name, rep.external_id) == ("Rana Haddad", "7")
    assert rep.team == Team.objects.get(name="Blue")


def test_first_and_last_name_make_one(take_in: TakeIn) -> None:
    run = take_in("users", "first_name,last_name\nRana,Haddad\nAmina,\n,\n")
    assert figures_of(run) == {"rows": 3, "accepted": 2, "skipped": 1, "created": 2}
    assert set(User.objects.filter(name__in=["Rana Haddad", "Amina"]).values_list("name", flat=True)) == {
        "Rana Haddad",
        "Amina",
    }


def test_somebody_without_a_name_is_rejected(take_in: TakeIn) -> None:
    run = take_in("users", "id,first_name,last_name\nU1,,\n")
    assert remarks_of(run) == [(1, "rejected", "Give a name, or first and last name.")]
