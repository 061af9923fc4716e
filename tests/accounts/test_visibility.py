"""Who may know of which account: their own, their territories', those whose account team they are on."""

import pytest

from abmhub.accounts.models import Account, AccountTeamMember, Territory
from abmhub.committee.models import Contact
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import Role, Team, User


@pytest.fixture
def stranger(db: None) -> Account:
    """An account of nobody and nowhere."""
    return Account.objects.create(name="Nobody's Account")


def seen_by(user: User) -> set[str]:
    return set(Account.objects.visible_to(user).values_list("name", flat=True))


def give(account: Account, user: User, by: str) -> None:
    """One way after another in which somebody comes to work an account."""
    if by == "owner":
        Account.objects.filter(pk=account.pk).update(owner=user)
    elif by == "territory":
        territory, _ = Territory.objects.get_or_create(name="Given")
        territory.members.add(user)
        Account.objects.filter(pk=account.pk).update(territory=territory)
    else:
        AccountTeamMember.objects.create(account=account, user=user)


WAYS = ("owner", "territory", "account team")


@pytest.mark.parametrize("way", WAYS)
def test_a_rep_sees_an_account_by_each_way_of_working_it(
    way: str, stranger: Account, rep: User, other_rep: User
) -> None:
    assert seen_by(rep) == set()
    give(stranger, rep, way)
    assert seen_by(rep) == {stranger.name}
    assert seen_by(other_rep) == set()


@pytest.mark.parametrize("way", WAYS)
def test_a_manager_sees_what_the_team_sees_and_no_more(
    way: str, stranger: Account, account: Account, other_account: Account, rep: User, sales_manager: User
) -> None:
    assert seen_by(sales_manager) == {account.name}
    give(stranger, rep, way)
    assert seen_by(sales_manager) == {account.name, stranger.name}
    assert other_account.name not in seen_by(sales_manager)


@pytest.mark.parametrize("way", WAYS)
def test_a_manager_sees_their_own_accounts_too(way: str, stranger: Account, sales_manager: User) -> None:
    give(stranger, sales_manager, way)
    assert seen_by(sales_manager) == {stranger.name}


@pytest.mark.parametrize("way", WAYS)
def test_a_rep_does_not_see_what_a_team_mate_works(way: str, stranger: Account, rep: User, team: Team) -> None:
    mate = User.objects.create_user("mate@example.com", name="Mate", role=Role.SALES_REP, team=team)
    give(stranger, mate, way)
    assert seen_by(rep) == set()


def test_a_rep_who_is_named_manager_of_a_team_sees_no_more_for_it(
    stranger: Account, rep: User, other_rep: User
) -> None:
    """The role decides, not the box in the team's form."""
    give(stranger, other_rep, "owner")
    assert other_rep.team is not None
    other_rep.team.manager = rep
    other_rep.team.save()
    assert seen_by(rep) == set()


@pytest.mark.parametrize("person", ["marketer", "marketing_manager", "analyst", "admin"])
def test_everyone_outside_sales_sees_every_account(
    person: str, account: Account, other_account: Account, stranger: Account, request: pytest.FixtureRequest
) -> None:
    assert seen_by(request.getfixturevalue(person)) == {account.name, other_account.name, stranger.name}


def test_an_account_seen_by_several_ways_is_seen_once(stranger: Account, rep: User) -> None:
    for way in WAYS:
        give(stranger, rep, way)
    assert Account.objects.visible_to(rep).count() == 1


def test_contacts_are_seen_with_their_account(contacts: list[Contact], rep: User, other_rep: User) -> None:
    assert Contact.objects.visible_to(rep).count() == len(contacts)
    assert not Contact.objects.visible_to(other_rep).exists()


def test_a_deal_is_seen_with_its_account_and_by_its_owner(account: Account, rep: User, other_rep: User) -> None:
    stage = Stage.objects.get(name="Won")
    Opportunity.objects.create(account=account, stage=stage, source="CRM", external_id="1")
    Opportunity.objects.create(account=None, owner=other_rep, stage=stage, source="CRM", external_id="2")
    Opportunity.objects.create(account=None, stage=stage, source="CRM", external_id="3")

    def deals_of(user: User) -> set[str]:
        return set(Opportunity.objects.visible_to(user).values_list("external_id", flat=True))

    assert (deals_of(rep), deals_of(other_rep)) == ({"1"}, {"2"})
