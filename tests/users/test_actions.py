"""Who works here, and as what: an installation never loses its last administrator."""

import pytest

from abmhub.core.refusals import NotAllowed
from abmhub.users import actions
from abmhub.users.actions import LastAdministrator
from abmhub.users.models import Role, User
from tests.rival import Rival


@pytest.fixture
def second_admin(db: None) -> User:
    return User.objects.create_superuser("bo@example.com", None, name="Bo Chan")


def test_an_administrator_and_nobody_else_may_use_the_admin(rep: User, admin: User) -> None:
    actions.change_role(person=rep, role=Role.ADMIN, by=admin)
    rep.refresh_from_db()
    assert (rep.role, rep.is_staff, rep.is_superuser) == (Role.ADMIN, True, True)
    actions.change_role(person=rep, role=Role.ANALYST, by=admin)
    rep.refresh_from_db()
    assert (rep.role, rep.is_staff, rep.is_superuser) == (Role.ANALYST, False, False)


def test_the_last_administrator_stays(admin: User) -> None:
    with pytest.raises(LastAdministrator):
        actions.change_role(person=admin, role=Role.ANALYST, by=admin)
    with pytest.raises(LastAdministrator):
        actions.deactivate(person=admin, by=admin)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


def test_a_leaver_who_was_administrator_does_not_count(admin: User, second_admin: User) -> None:
    actions.deactivate(person=second_admin, by=admin)
    with pytest.raises(LastAdministrator):
        actions.deactivate(person=admin, by=admin)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_send_each_other_away(
    admin: User, second_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival comes when the first has seen that somebody would be left."""
    look = actions._refuse_for_the_last
    rival = Rival(lambda: actions.deactivate(person=admin, by=second_admin))

    def look_and_be_overtaken(person: User) -> None:
        look(person)
        rival.come()

    monkeypatch.setattr(actions, "_refuse_for_the_last", look_and_be_overtaken)
    actions.deactivate(person=second_admin, by=admin)
    assert isinstance(rival.outcome(), LastAdministrator)
    assert User.objects.get(role=Role.ADMIN, is_active=True) == admin


def test_a_leaver_cannot_sign_in_and_can_come_back(rep: User, admin: User) -> None:
    actions.deactivate(person=rep, by=admin)
    rep.refresh_from_db()
    assert not rep.is_active
    actions.reactivate(person=rep, by=admin)
    rep.refresh_from_db()
    assert rep.is_active


@pytest.mark.parametrize("person", ["rep", "sales_manager", "marketer", "marketing_manager", "analyst"])
def test_nobody_else_decides_about_people(person: str, other_rep: User, request: pytest.FixtureRequest) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(NotAllowed):
        actions.change_role(person=by, role=Role.ADMIN, by=by)
    with pytest.raises(NotAllowed):
        actions.deactivate(person=other_rep, by=by)
    with pytest.raises(NotAllowed):
        actions.reactivate(person=other_rep, by=by)
