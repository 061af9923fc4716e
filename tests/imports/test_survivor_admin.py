"""Survivor rules in the admin: fields by the names that people know."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.imports.models import SurvivorRule
from abmhub.users.models import User

ADD = reverse("admin:imports_survivorrule_add")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def test_a_rule_is_made_for_a_field_of_accounts_or_one_of_ours(browser: Client) -> None:
    page = browser.get(ADD).text
    assert "Annual revenue" in page
    assert "Customer base" in page
    for field in ("annual_revenue", "attributes.customer_base"):
        form = {"kind": "accounts", "source": "CRM", "field": field, "rule": "fill"}
        assert browser.post(ADD, form).status_code == 302
    assert SurvivorRule.objects.count() == 2
    text = browser.get(reverse("admin:imports_survivorrule_changelist")).text
    assert "Customer base" in text


def test_a_field_that_says_which_row_it_is_has_no_rule(browser: Client) -> None:
    form = {"kind": "accounts", "source": "CRM", "field": "external_id", "rule": "fill"}
    assert "Select a valid choice" in browser.post(ADD, form).text


def test_a_field_is_one_of_its_kind(browser: Client) -> None:
    form = {"kind": "contacts", "source": "CRM", "field": "annual_revenue", "rule": "fill"}
    assert "Files of contacts have no such field." in browser.post(ADD, form).text
