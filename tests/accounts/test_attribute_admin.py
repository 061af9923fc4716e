"""Attributes and their values in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Attribute
from abmhub.users.models import User
from tests.accounts.test_admin import form_of

LIST = reverse("admin:accounts_attribute_changelist")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def maturity(db: None) -> Attribute:
    return Attribute.objects.get(code="maturity")


def save(browser: Client, attribute: Attribute, **changes: Any) -> str:
    form: dict[str, Any] = {
        "label": attribute.label,
        "code": attribute.code,
        "kind": attribute.kind,
        "unit": attribute.unit,
    }
    form |= {"choices": ",".join(attribute.choices), "position": attribute.position, "help_text": attribute.help_text}
    form |= {"is_filter": "on"} if attribute.is_filter else {}
    path = reverse("admin:accounts_attribute_change", args=[attribute.pk])
    text = browser.post(path, form | changes, follow=True).text
    attribute.refresh_from_db()
    return text


def test_both_shipped_profiles_have_their_attributes(db: None) -> None:
    assert list(Attribute.objects.in_use().values_list("code", flat=True)) == [
        "customer_base", "maturity", "budget", "volume_shipped", "product_type", "fulfilment_model",
        "country_of_origin", "revenue_potential",
    ]  # fmt: skip


def test_an_attribute_is_added_and_is_on_the_page_of_an_account_at_once(browser: Client, account: Account) -> None:
    form = {"label": "Warehouses", "code": "warehouses", "kind": "number", "unit": "sites", "position": "1"}
    assert browser.post(reverse("admin:accounts_attribute_add"), form).status_code == 302
    page = browser.get(reverse("admin:accounts_account_change", args=[account.pk])).text
    assert "Warehouses (sites)" in page


def test_values_are_written_by_kind_and_one_that_was_emptied_is_forgotten(browser: Client, account: Account) -> None:
    path = reverse("admin:accounts_account_change", args=[account.pk])
    values = {"attribute_budget": "1,200.50", "attribute_maturity": "Growth", "attribute_customer_base": "40"}
    browser.post(path, form_of(account, **values))
    account.refresh_from_db()
    assert account.attributes == {"budget": 1200.5, "maturity": "Growth", "customer_base": 40}
    browser.post(path, form_of(account, attribute_budget="1200.5", attribute_maturity="", attribute_customer_base="41"))
    account.refresh_from_db()
    assert account.attributes == {"budget": 1200.5, "customer_base": 41}


def test_a_value_that_does_not_fit_is_refused_beside_its_field(browser: Client, account: Account) -> None:
    path = reverse("admin:accounts_account_change", args=[account.pk])
    text = browser.post(path, form_of(account, attribute_customer_base="many")).text
    assert "Write a number, for example 1200 or 12.5." in text
    account.refresh_from_db()
    assert account.attributes == {}


def test_what_archived_attributes_said_is_kept(browser: Client, account: Account, maturity: Attribute) -> None:
    Account.objects.filter(pk=account.pk).update(attributes={"maturity": "Growth"})
    save(browser, maturity, is_archived="on")
    assert maturity.archived_at is not None
    path = reverse("admin:accounts_account_change", args=[account.pk])
    assert "Maturity" not in browser.get(path).text
    browser.post(path, form_of(account, attribute_customer_base="40"))
    account.refresh_from_db()
    assert account.attributes == {"maturity": "Growth", "customer_base": 40}
    save(browser, maturity)
    assert maturity.archived_at is None


def test_code_and_kind_are_fixed_once_an_account_has_a_value(
    browser: Client, account: Account, maturity: Attribute
) -> None:
    save(browser, maturity, code="age", kind="text", choices="")
    assert (maturity.code, maturity.kind, maturity.choices) == ("age", "text", [])
    Account.objects.filter(pk=account.pk).update(attributes={"age": "young"})
    save(browser, maturity, code="years", kind="date")
    assert (maturity.code, maturity.kind) == ("age", "text")


def test_a_choice_in_use_stays_and_others_come_and_go(browser: Client, account: Account, maturity: Attribute) -> None:
    Account.objects.filter(pk=account.pk).update(attributes={"maturity": "Growth"})
    text = save(browser, maturity, choices="Start-up,Established")
    assert "1 account has “Growth”: it cannot be left out until none has." in text
    assert "Growth" in maturity.choices
    save(browser, maturity, choices="Growth,Grown up")
    assert maturity.choices == ["Growth", "Grown up"]


def test_choices_are_told_apart(browser: Client, maturity: Attribute) -> None:
    assert "Two choices are the same." in save(browser, maturity, choices="Growth, growth")


def test_only_what_no_account_has_is_deleted(browser: Client, account: Account, maturity: Attribute) -> None:
    path = reverse("admin:accounts_attribute_delete", args=[maturity.pk])
    Account.objects.filter(pk=account.pk).update(attributes={"maturity": "Growth"})
    assert browser.post(path, {"post": "yes"}).status_code == 403
    browser.post(LIST, {"action": "delete_selected", "_selected_action": [maturity.pk], "post": "yes"})
    assert Attribute.objects.filter(pk=maturity.pk).exists()
    Account.objects.filter(pk=account.pk).update(attributes={})
    assert browser.post(path, {"post": "yes"}).status_code == 302
    assert not Attribute.objects.filter(pk=maturity.pk).exists()


def test_the_list_says_what_they_are(browser: Client, maturity: Attribute) -> None:
    text = browser.get(LIST, {"state": "in_use"}).text
    assert "Start-up, Growth, Established, Declining" in text
    assert "parcels a month" in text
