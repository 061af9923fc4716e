"""Accounts in the admin: through their actions, and without loading them all."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abmhub.accounts.models import Account, Territory
from abmhub.users.models import User

LIST = reverse("admin:accounts_account_changelist")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def form_of(account: Account, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"name": account.name, "domain": account.domain or "", "currency": "USD", "is_target": "on"}
    data |= {"industry": account.industry, "country": account.country, "employees": account.employees or ""}
    data |= {name: getattr(account, f"{name}_id") or "" for name in ("parent", "owner", "territory")}
    for prefix in ("identities", "team_members"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changes


def change(browser: Client, account: Account, **changes: Any) -> str:
    path = reverse("admin:accounts_account_change", args=[account.pk])
    response = browser.post(path, form_of(account, **changes), follow=True)
    account.refresh_from_db()
    return response.text


def test_facts_are_changed_and_the_name_is_normalized(browser: Client, account: Account) -> None:
    change(browser, account, name="Acme Works Inc.", domain="https://www.works.example/", employees="950")
    assert (account.name, account.normalized_name) == ("Acme Works Inc.", "acme works")
    assert (account.domain, account.employees) == ("works.example", 950)


def test_who_works_it_is_changed(browser: Client, account: Account, other_rep: User) -> None:
    territory = Territory.objects.get(name="West coast")
    change(browser, account, owner=other_rep.pk, territory=territory.pk)
    assert (account.owner, account.territory) == (other_rep, territory)


def test_a_circle_of_parents_is_refused(browser: Client, account: Account, other_account: Account) -> None:
    change(browser, account, parent=other_account.pk)
    assert account.parent == other_account
    text = change(browser, other_account, parent=account.pk)
    assert "lies below this one" in text
    assert other_account.parent is None


def test_a_new_account_is_added(browser: Client, account: Account) -> None:
    data = form_of(account, name="Delta", domain="delta.example")
    assert browser.post(reverse("admin:accounts_account_add"), data).status_code == 302
    assert Account.objects.get(domain="delta.example").normalized_name == "delta"


@pytest.mark.parametrize("words", ["acme", "ACME.example", "ac"])
def test_it_is_found_by_name_or_domain(browser: Client, account: Account, other_account: Account, words: str) -> None:
    found = browser.get(LIST, {"q": words}).context["cl"].queryset
    assert list(found) == [account]


def test_the_list_asks_no_more_for_more_accounts(browser: Client, account: Account) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(LIST).status_code == 200
        return len(captured)

    few = queries()
    Account.objects.bulk_create(
        Account(name=f"Company {number}", normalized_name=f"company {number}", owner=account.owner)
        for number in range(40)
    )
    assert queries() == few


def test_no_form_lists_every_account(browser: Client, account: Account) -> None:
    Account.objects.bulk_create(
        Account(name=f"Company {number}", normalized_name=f"company {number}") for number in range(300)
    )
    for name in ("accounts_account", "committee_contact"):
        text = browser.get(reverse(f"admin:{name}_add")).text
        assert "Company 7" not in text
