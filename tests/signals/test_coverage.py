"""How well a buying committee is covered: known, reachable, engaged."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole, Contact
from abmhub.signals.coverage import ENGAGED_FOR, Coverage, coverage_of
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
    assert [(each.role.code, each.missing) for each in coverage.gaps] == [("influencer", 1), ("user", 2)]


def test_completeness_is_the_mean_over_the_required_roles(
    account: Account, contacts: list[Contact], now: datetime
) -> None:
    """1 of 1, 1 of 2, 1 of 1, 0 of 2; a role that nobody requires does not count."""
    BuyingRole.objects.create(code="legal", name="Legal", position=9, required=0)
    coverage = coverage_of([account.pk], at=now)[account.pk]
    assert coverage.completeness == pytest.approx((1 + 0.5 + 1 + 0) / 4)
    extra = Contact.objects.create(account=account, name="Second", buying_role=contacts[0].buying_role)
    assert coverage_of([account.pk], at=now)[account.pk].completeness == coverage.completeness, extra


def test_engagement_grows_old(account: Account, contacts: list[Contact], now: datetime) -> None:
    event(contacts[0], "demo_request", now - ENGAGED_FOR + timedelta(seconds=1))
    assert counted(coverage_of([account.pk], at=now)[account.pk])["decision_maker"] == (1, 1, 1)
    later = now + timedelta(seconds=1)
    assert counted(coverage_of([account.pk], at=later)[account.pk])["decision_maker"] == (1, 1, 0)


def test_two_queries_for_however_many_accounts(
    account: Account, contacts: list[Contact], now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [Account.objects.create(name=f"Firm {number}", normalized_name=f"firm {number}") for number in range(9)]
    with django_assert_num_queries(2):
        found = coverage_of([account.pk, *(each.pk for each in others)], at=now)
    assert len(found) == 10
    assert found[others[0].pk].summary == "0 of 4 roles known, 0 engaged"
