"""How well a buying committee is covered: known, reachable, engaged."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from abmhub.accounts.models import Account, Standing
from abmhub.committee.models import BuyingRole, Contact, RoleRequirement
from abmhub.signals.coverage import ENGAGED_FOR, Coverage, RoleCoverage, coverage_of
from abmhub.signals.models import EngagementEvent, EventType


def event(contact: Contact, code: str, at: datetime) -> None:
    EngagementEvent.objects.create(
        account=contact.account,
        contact=contact,
        event_type=EventType.objects.get(code=code),
        occurred_at=at,
        source="test",
        external_id=f"{contact.pk} {code} {at}",
    )


def counted(coverage: Coverage) -> dict[str, tuple[int, int, int]]:
    return {each.role.code: (each.known, each.reachable, each.engaged) for each in coverage.roles}


def test_it_counts_by_role(account: Account, contacts: list[Contact], now: datetime) -> None:
    decision_maker, influencer, expert = contacts
    event(decision_maker, "demo_request", now - timedelta(days=1))
    event(decision_maker, "demo_request", now - timedelta(days=2))
    event(influencer, "page_view", now)
    Contact.objects.filter(pk=expert.pk).update(opted_out_at=now)
    Contact.objects.create(account=account, name="Nobody yet")
    coverage = coverage_of([account.pk], at=now)[account.pk]
    assert counted(coverage) == {
        "decision_maker": (1, 1, 1),
        "influencer": (1, 1, 0),
        "it_expert": (1, 0, 0),
        "user": (0, 0, 0),
    }
    assert [each.level for each in coverage.roles] == ["engaged", "reachable", "known", "missing"]
    assert coverage.summary == "3 of 4 roles known, 1 engaged"
    missing = [("decision_maker", 1), ("influencer", 2), ("user", 2)]
    assert [(each.role.code, each.missing) for each in coverage.gaps] == missing


def test_completeness_is_the_mean_over_the_required_roles(
    account: Account, contacts: list[Contact], now: datetime
) -> None:
    """Of Tier 1: 1 of 2, 1 of 3, 1 of 1, 0 of 2; a role that nobody requires does not count."""
    BuyingRole.objects.create(code="legal", name="Legal", position=9, required=0)
    coverage = coverage_of([account.pk], at=now)[account.pk]
    assert coverage.completeness == pytest.approx((1 / 2 + 1 / 3 + 1 + 0) / 4)
    for name in ("Second", "Third", "Fourth"):
        Contact.objects.create(account=account, name=name, buying_role=contacts[0].buying_role)
    # Four of two are no better than two.
    assert coverage_of([account.pk], at=now)[account.pk].completeness == pytest.approx((1 + 1 / 3 + 1 + 0) / 4)


def test_two_of_three_and_two_of_five_are_53_percent() -> None:
    decision_maker, influencer = BuyingRole(code="decision_maker"), BuyingRole(code="influencer")
    coverage = Coverage(
        (RoleCoverage(decision_maker, known=2, required=3), RoleCoverage(influencer, known=2, required=5))
    )
    assert round(coverage.completeness * 100, 2) == 53.33


def required(account: Account, at: datetime) -> int:
    """How many decision makers the account should have."""
    return coverage_of([account.pk], at=at)[account.pk].roles[0].required


def test_tier_and_segment_go_before_tier_and_that_before_segment(account: Account, now: datetime) -> None:
    role = BuyingRole.objects.get(code="decision_maker")
    RoleRequirement.objects.all().delete()
    Account.objects.filter(pk=account.pk).update(segment="enterprise")
    assert required(account, now) == role.required == 1
    RoleRequirement.objects.create(buying_role=role, segment="enterprise", required=4)
    assert required(account, now) == 4
    RoleRequirement.objects.create(buying_role=role, tier_id=1, required=5)
    assert required(account, now) == 5
    RoleRequirement.objects.create(buying_role=role, tier_id=1, segment="enterprise", required=6)
    RoleRequirement.objects.create(buying_role=role, tier_id=2, segment="enterprise", required=7)
    assert required(account, now) == 6


def test_a_requirement_says_for_whom(db: None) -> None:
    role = BuyingRole.objects.get(code="user")
    with pytest.raises(IntegrityError, match="role_requirement_for_some"):
        RoleRequirement.objects.create(buying_role=role, required=9)


@pytest.mark.parametrize(
    ("engaged", "tier", "has_open_deal", "alarm"),
    [
        (1, 1, False, "This is a Tier 1 account, and only one person is engaged."),
        (0, 2, False, "This is a Tier 2 account, and nobody is engaged."),
        (1, 3, False, ""),
        (1, 3, True, "A deal is open, and only one person is engaged."),
        (2, 1, True, ""),
    ],
)
def test_it_is_alarming_when_much_hangs_on_one_person(
    account: Account, contacts: list[Contact], now: datetime, engaged: int, tier: int, has_open_deal: bool, alarm: str
) -> None:
    Standing.objects.filter(account=account).update(tier=tier)
    for contact in contacts[:engaged]:
        event(contact, "demo_request", now)
    # Somebody without a role is a person too; somebody who was erased is not.
    Contact.objects.filter(pk=contacts[0].pk).update(buying_role=None)
    erased = Contact.objects.create(account=account, name="Erased person", erased_at=now)
    event(erased, "demo_request", now)
    found = coverage_of([account.pk], at=now, with_open_deal=[account.pk] if has_open_deal else [])
    assert found[account.pk].single_thread_alarm == alarm


def test_engagement_grows_old(account: Account, contacts: list[Contact], now: datetime) -> None:
    event(contacts[0], "demo_request", now - ENGAGED_FOR + timedelta(seconds=1))
    assert counted(coverage_of([account.pk], at=now)[account.pk])["decision_maker"] == (1, 1, 1)
    later = now + timedelta(seconds=1)
    assert counted(coverage_of([account.pk], at=later)[account.pk])["decision_maker"] == (1, 1, 0)


def test_as_many_queries_for_however_many_accounts(
    account: Account, contacts: list[Contact], now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [Account.objects.create(name=f"Firm {number}", normalized_name=f"firm {number}") for number in range(9)]
    with django_assert_num_queries(3):
        found = coverage_of([account.pk, *(each.pk for each in others)], at=now)
    assert len(found) == 10
    assert found[others[0].pk].summary == "0 of 4 roles known, 0 engaged"
