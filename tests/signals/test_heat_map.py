"""Coverage across accounts: shares by group and role, as the night counted them."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account, Standing, Territory
from abmhub.committee.models import BuyingRole, Contact, RoleCount
from abmhub.core.days import first_moment
from abmhub.signals.coverage import ENGAGED_FOR, count_roles, coverage_of
from abmhub.signals.heat_map import coverage_matrix
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User


def counts() -> dict[tuple[str, str], tuple[int, int, int]]:
    return {
        (count.account.name, count.buying_role.code): (count.known, count.reachable, count.engaged)
        for count in RoleCount.objects.select_related("account", "buying_role")
    }


def engaged(contact: Contact, at: datetime) -> None:
    EngagementEvent.objects.create(
        account=contact.account,
        contact=contact,
        event_type=EventType.objects.get(code="demo_request"),
        occurred_at=at,
        source="test",
        external_id=f"{contact.pk} {at}",
    )


def test_the_night_counts_and_writes_only_what_changed(
    account: Account, contacts: list[Contact], now: datetime, today: date
) -> None:
    engaged(contacts[0], now)
    Contact.objects.filter(pk=contacts[1].pk).update(opted_out_at=now)
    assert count_roles(today) == 3
    assert counts() == {
        ("Acme Robotics", "decision_maker"): (1, 1, 1),
        ("Acme Robotics", "influencer"): (1, 0, 0),
        ("Acme Robotics", "it_expert"): (1, 1, 0),
    }
    assert count_roles(today) == 0
    contacts[2].delete()
    Contact.objects.filter(pk=contacts[1].pk).update(opted_out_at=None)
    assert count_roles(today) == 2
    assert counts() == {
        ("Acme Robotics", "decision_maker"): (1, 1, 1),
        ("Acme Robotics", "influencer"): (1, 1, 0),
    }


def test_it_shares_by_group(account: Account, other_account: Account, contacts: list[Contact], today: date) -> None:
    Account.objects.create(name="Nobody's")
    Account.objects.create(name="Acme Sisters", territory=account.territory)
    count_roles(today)
    east, west, none = coverage_matrix(Account.objects.all(), by="territory")
    assert [(group.name, group.accounts) for group in (east, west, none)] == [
        ("East coast", 2),
        ("West coast", 1),
        ("No territory", 1),
    ]
    assert [cell.share("known") for cell in east.cells] == [0.5, 0.5, 0.5, 0.0]
    assert [cell.share("known") for cell in west.cells] == [0.0] * 4


def test_territories_stand_in_the_order_in_which_people_count(db: None) -> None:
    for name in ("North 10", "North 9", "north 1", "North", "East 2 b", "East 2 a"):
        Account.objects.create(name=name, territory=Territory.objects.create(name=name))
    names = [group.name for group in coverage_matrix(Account.objects.all(), by="territory")]
    assert names == ["East 2 a", "East 2 b", "North", "north 1", "North 9", "North 10"]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("owner", ["Oscar Lund", "Rana Haddad", "No owner"]),
        ("tier", ["Tier 1", "No tier"]),
        ("segment", ["Mid-market", "No segment"]),
    ],
)
def test_every_account_is_in_one_group(account: Account, other_account: Account, by: str, names: list[str]) -> None:
    Account.objects.create(name="Nobody's")
    Standing.objects.filter(account=other_account).update(tier=None)
    Account.objects.filter(pk=account.pk).update(segment="mid_market")
    groups = coverage_matrix(Account.objects.all(), by=by)  # type: ignore[arg-type]
    assert [group.name for group in groups] == names
    assert sum(group.accounts for group in groups) == 3


def test_a_rep_sees_the_own_accounts_alone(
    account: Account, other_account: Account, contacts: list[Contact], other_rep: User, today: date
) -> None:
    count_roles(today)
    [group] = coverage_matrix(Account.objects.visible_to(other_rep), by="territory")
    assert (group.name, group.accounts) == ("West coast", 1)
    assert sum(cell.known for cell in group.cells) == 0


def test_it_asks_the_same_number_of_questions_however_much_there_is(
    account: Account, contacts: list[Contact], today: date
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            coverage_matrix(Account.objects.all(), by="owner")
        return len(asked)

    few = queries()
    for number in range(9):
        Account.objects.create(name=f"Firm {number}")
    count_roles(today)
    assert queries() == few == 3


def test_the_night_and_the_account_page_agree(account: Account, other_account: Account, today: date) -> None:
    """Whatever is known, the one statement over all accounts finds what is found for each."""
    dice = Random(20260304)
    roles = [*BuyingRole.objects.all(), None]
    until = first_moment(today + timedelta(days=1))
    for number in range(120):
        contact = Contact.objects.create(
            account=dice.choice([account, other_account]),
            name=f"Person {number}",
            buying_role=dice.choice(roles),
            decided=["buying_role"],
            email=dice.choice(["", f"p{number}@acme.example"]),
            phone=dice.choice(["", "", "+1 555 0100"]),
            opted_out_at=dice.choice([None, None, until]),
        )
        if dice.random() < 0.5:
            engaged(contact, until - ENGAGED_FOR + timedelta(seconds=dice.choice([-1, 0, 1, 9999])))
    count_roles(today)
    found = {
        (each.name, role.role.code): (role.known, role.reachable, role.engaged)
        for each in (account, other_account)
        for role in coverage_of([each.pk], at=until)[each.pk].roles
        if role.known
    }
    assert len(found) == 8
    assert counts() == found
