"""Unknown domains: those that did most, and one click that makes an account of one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.signals.actions import record_event_of_domain
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User

LIST, MAKE = reverse("domain-list"), reverse("domain-make-account")
QueryCount = Callable[[str], AbstractContextManager[None]]


def visit(domain: str, code: str = "pricing_view", times: int = 1) -> None:
    for number in range(times):
        record_event_of_domain(
            domain=domain,
            event_type=EventType.objects.get(code=code),
            at=timezone.now() - timedelta(days=1),
            source="website",
            external_id=f"{domain}-{code}-{number}",
        )


@pytest.fixture
def visits(db: None) -> None:
    visit("borealis-parts.example", times=3)
    visit("looker.example", "page_view")


def test_it_shows_who_did_most_first(as_marketing_manager: Client, visits: None) -> None:
    page = as_marketing_manager.get(LIST)
    assert [(one.domain, one.points) for one in page.context["domains"]] == [
        ("borealis-parts.example", 18),
        ("looker.example", 1),
    ]
    assert "would be called Borealis Parts" in page.content.decode()


def test_without_any_it_says_what_would_be_here(as_admin: Client) -> None:
    assert "No unknown domain" in as_admin.get(LIST).content.decode()


def test_an_account_is_made_with_all_that_they_did(as_marketing_manager: Client, visits: None) -> None:
    answer = as_marketing_manager.post(MAKE, {"domain": "borealis-parts.example"}, follow=True)
    account = Account.objects.get(domain="borealis-parts.example")
    assert answer.redirect_chain[0][0] == reverse("account-show", args=[account.pk])
    assert "Borealis Parts is an account now" in answer.content.decode()
    assert EngagementEvent.objects.filter(account=account).count() == 3
    again = as_marketing_manager.post(MAKE, {"domain": "borealis-parts.example"}, follow=True)
    assert "Nothing waits for borealis-parts.example" in again.content.decode()


def test_a_sales_manager_works_the_account_that_they_made(
    as_sales_manager: Client, sales_manager: User, visits: None
) -> None:
    assert as_sales_manager.post(MAKE, {"domain": "looker.example"}, follow=True).status_code == 200
    assert Account.objects.get(domain="looker.example").owner == sales_manager


@pytest.mark.parametrize("domain", ["", "\0", "gmail.com", "x" * 300])
def test_what_is_no_unknown_domain_is_refused(as_admin: Client, domain: str) -> None:
    assert as_admin.post(MAKE, {"domain": domain}).status_code == 302
    assert not Account.objects.exists()


def test_the_number_of_queries_does_not_grow(as_admin: Client, visits: None, query_count: QueryCount) -> None:
    with query_count("domain-list"):
        as_admin.get(LIST)
    for number in range(30):
        visit(f"d{number}.example")
    with query_count("domain-list"):
        as_admin.get(LIST)
