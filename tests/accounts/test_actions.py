"""Who works an account, and who owns it."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from abmhub.accounts import actions
from abmhub.accounts.actions import ParentLoop
from abmhub.accounts.models import Account, Territory
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import Role, User
from tests.rival import Rival


@pytest.fixture
def mate(sales_manager: User, rep: User) -> User:
    return User.objects.create_user(None, name="Mate", role=Role.SALES_REP, team=rep.team)


def test_a_manager_gives_an_account_to_their_own_people(
    account: Account, sales_manager: User, mate: User, other_rep: User, now: datetime
) -> None:
    actions.assign(account=account, owner=mate, territory=account.territory, by=sales_manager, at=now)
    account.refresh_from_db()
    assert (account.owner, account.updated_at) == (mate, now)
    with pytest.raises(NotAllowed, match="own teams"):
        actions.assign(account=account, owner=other_rep, territory=None, by=sales_manager, at=now)


def test_a_manager_does_not_give_away_what_others_work(
    account: Account, other_account: Account, sales_manager: User, mate: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="not yours"):
        actions.assign(account=other_account, owner=mate, territory=None, by=sales_manager, at=now)


@pytest.mark.parametrize("person", ["rep", "marketer", "marketing_manager", "analyst"])
def test_others_do_not_assign(person: str, account: Account, request: pytest.FixtureRequest, now: datetime) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(NotAllowed):
        actions.assign(account=account, owner=None, territory=None, by=by, at=now)


def test_an_administrator_gives_to_anyone(account: Account, other_rep: User, admin: User, now: datetime) -> None:
    west = Territory.objects.get(name="West coast")
    actions.assign(account=account, owner=other_rep, territory=west, by=admin, at=now)
    account.refresh_from_db()
    assert (account.owner, account.territory) == (other_rep, west)


class TestParents:
    def test_an_account_is_placed_under_another(
        self, account: Account, other_account: Account, admin: User, now: datetime
    ) -> None:
        actions.place_under(account=account, parent=other_account, by=admin, at=now)
        account.refresh_from_db()
        assert account.parent == other_account
        actions.place_under(account=account, parent=None, by=admin, at=now)
        account.refresh_from_db()
        assert account.parent is None

    def test_never_under_itself_nor_under_what_lies_below(
        self, account: Account, other_account: Account, admin: User, now: datetime
    ) -> None:
        grandchild = Account.objects.create(name="Grandchild", parent=other_account)
        actions.place_under(account=other_account, parent=account, by=admin, at=now)
        for below in (account, other_account, grandchild):
            with pytest.raises(ParentLoop):
                actions.place_under(account=account, parent=below, by=admin, at=now)
            account.parent = below
            with pytest.raises(ValidationError):
                account.clean()

    def test_only_administrators_place(self, account: Account, sales_manager: User, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            actions.place_under(account=account, parent=None, by=sales_manager, at=now)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_do_not_close_a_circle(
        self, account: Account, other_account: Account, admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rival comes when the first has looked and found nothing in its way."""
        look = Account.lies_above
        rival = Rival(lambda: actions.place_under(account=other_account, parent=account, by=admin, at=now))

        def look_and_be_overtaken(self: Account, key: int) -> bool:
            answer = look(self, key)
            rival.come()
            return answer

        monkeypatch.setattr(Account, "lies_above", look_and_be_overtaken)
        actions.place_under(account=account, parent=other_account, by=admin, at=now)
        assert isinstance(rival.outcome(), ParentLoop)
        assert Account.objects.exclude(parent=None).count() == 1


def test_the_normalized_name_follows_the_name(account: Account) -> None:
    account.name = "Acmé Robots GmbH"
    account.save(update_fields=["name"])
    account.refresh_from_db()
    assert account.normalized_name == "acme robots"


def test_an_account_is_called_by_name_or_domain(account: Account, other_account: Account) -> None:
    for words in ("ACME Robotics Inc.", "www.acme.example", "acme.example"):
        assert list(Account.objects.called(words)) == [account]
    assert not Account.objects.called("Robotics").exists()


@pytest.mark.parametrize("domain", ["gmail.com", "no domain"])
def test_a_domain_that_identifies_nobody_is_refused(account: Account, domain: str) -> None:
    account.domain = domain
    with pytest.raises(ValidationError):
        account.clean()


def test_a_web_address_is_cut_to_its_domain(account: Account) -> None:
    account.domain = "https://www.acme.example/about"
    account.clean()
    assert account.domain == "acme.example"
