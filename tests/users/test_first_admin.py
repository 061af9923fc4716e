"""The first administrator of an empty installation."""

import threading

import pytest
from django.core import signing
from django.db import connection

from abmhub.users import first_admin
from abmhub.users.models import Role, User

PASSWORD = "a long pass phrase"


def create(token: str, name: str = "Ada") -> User:
    return first_admin.create(token=token, name=name, email=f"{name.lower()}@example.com", password=PASSWORD)


@pytest.mark.django_db
def test_it_makes_an_administrator_who_may_use_the_admin() -> None:
    user = create(first_admin.issue_token())
    assert (user.role, user.is_superuser, user.is_staff, user.is_active) == (Role.ADMIN, True, True, True)
    assert user.check_password(PASSWORD)
    assert not first_admin.is_missing()


@pytest.mark.django_db
def test_a_link_works_once() -> None:
    token = first_admin.issue_token()
    create(token)
    with pytest.raises(first_admin.LinkNotValid):
        create(token, "Eve")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_administrator_made_in_another_way_ends_the_link() -> None:
    token = first_admin.issue_token()
    User.objects.create_superuser("root@example.com", PASSWORD)
    with pytest.raises(first_admin.LinkNotValid):
        first_admin.check(token)


@pytest.mark.django_db
def test_an_old_link_stays_dead_when_the_administrator_leaves() -> None:
    token = first_admin.issue_token()
    user = create(token)
    user.is_active = False
    user.save()
    assert first_admin.is_missing()
    with pytest.raises(first_admin.LinkNotValid):
        first_admin.check(token)
    create(first_admin.issue_token(), "Grace")


@pytest.mark.django_db
def test_imported_people_do_not_end_the_link() -> None:
    token = first_admin.issue_token()
    User.objects.create_user("rep@example.com", PASSWORD, name="Rep")
    first_admin.check(token)
    assert create(token).is_superuser


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token",
    ["", "0", "MA:1xV0tE:forged", signing.dumps(0, salt="another")],
    ids=["empty", "bare", "forged", "signed for another purpose"],
)
def test_a_link_that_was_not_signed_here_is_refused(token: str) -> None:
    with pytest.raises(first_admin.LinkNotValid):
        first_admin.check(token)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_the_link_at_once_one_becomes_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    token = first_admin.issue_token()
    both_here = threading.Barrier(2)
    outcomes: list[str] = []
    check = first_admin.check

    def check_slowly(token: str) -> None:
        check(token)
        # Behind the lock the second never comes here, and the first goes on alone.
        with pytest.raises(threading.BrokenBarrierError):
            both_here.wait(timeout=0.5)

    def use(name: str) -> None:
        try:
            create(token, name)
            outcomes.append("made")
        except first_admin.LinkNotValid:
            outcomes.append("refused")
        finally:
            connection.close()

    monkeypatch.setattr(first_admin, "check", check_slowly)
    threads = [threading.Thread(target=use, args=[name]) for name in ("Ada", "Eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert User.objects.filter(is_superuser=True).count() == 1
