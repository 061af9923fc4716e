"""Saved views of the account list, its columns and its filters of custom attributes."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Attribute, SavedView, Standing
from abmhub.users.models import User
from tests.web.test_accounts import exported, names

pytestmark = pytest.mark.usefixtures("at_now")
LIST, SAVE = reverse("account-list"), reverse("account-view-save")


def saved(browser: Client, **fields: str) -> SavedView:
    browser.post(SAVE, {"name": "Mondays", "query": "tier=1&sort=name&column=tier&column=domain", **fields})
    return SavedView.objects.latest("pk")


def sheet(browser: Client) -> str:
    return browser.get(reverse("account-view-list"), headers={"HX-Request": "true"}).content.decode()


def test_a_view_keeps_filters_order_and_columns(as_rep: Client, account: Account, other_account: Account) -> None:
    view = saved(as_rep)
    assert (view.query, view.columns, view.is_shared) == ("tier=1&sort=name", ["tier", "domain"], False)
    response = as_rep.get(reverse("account-view-show", args=[view.pk]), follow=True)
    [(address, _)] = response.redirect_chain
    assert address == f"{LIST}?tier=1&sort=name&column=tier&column=domain&view={view.pk}"
    assert [column.code for column in response.context["listing"].columns] == ["tier", "domain"]
    assert response.context["listing"].sort_name == "name"
    assert "Mondays" in response.content.decode()


def test_a_private_view_is_nobody_elses(as_rep: Client, as_other_rep: Client, account: Account) -> None:
    view = saved(as_rep)
    assert "Mondays" in sheet(as_rep)
    assert "Mondays" not in sheet(as_other_rep)
    assert as_other_rep.get(reverse("account-view-show", args=[view.pk])).status_code == 404
    assert "Mondays" not in as_other_rep.get(LIST, {"view": view.pk}).content.decode()


def test_a_shared_view_shows_each_their_own_accounts(
    as_rep: Client, as_other_rep: Client, account: Account, other_account: Account
) -> None:
    view = saved(as_rep, is_shared="on")
    assert "Mondays" in sheet(as_other_rep)
    response = as_other_rep.get(reverse("account-view-show", args=[view.pk]), follow=True)
    assert [row.account for row in response.context["rows"]] == [other_account]


@pytest.mark.parametrize("verb", ["update", "share", "delete"])
def test_only_its_maker_changes_a_view(verb: str, as_rep: Client, as_other_rep: Client, account: Account) -> None:
    view = saved(as_rep, is_shared="on")
    assert as_other_rep.post(reverse(f"account-view-{verb}", args=[view.pk])).status_code == 404
    assert SavedView.objects.get() == view


def test_it_is_changed_shared_deleted_and_brought_back(as_rep: Client, account: Account) -> None:
    view = saved(as_rep)
    as_rep.post(reverse("account-view-update", args=[view.pk]), {"query": "stale=true"})
    as_rep.post(reverse("account-view-share", args=[view.pk]))
    view.refresh_from_db()
    assert (view.query, view.columns, view.is_shared) == ("stale=true", [], True)
    page = as_rep.post(reverse("account-view-delete", args=[view.pk]), follow=True).content.decode()
    assert not SavedView.objects.exists()
    assert 'name="name" value="Mondays"' in page
    saved(as_rep, query="stale=true", is_shared="on")
    assert SavedView.objects.get().is_shared


def test_a_name_is_used_once(as_rep: Client, as_other_rep: Client, account: Account) -> None:
    saved(as_rep)
    page = as_rep.post(SAVE, {"name": "Mondays", "query": ""}, follow=True).content.decode()
    assert "You have a view of this name already." in page
    saved(as_other_rep)
    assert SavedView.objects.count() == 2


def test_columns_are_chosen_in_the_address(as_rep: Client, account: Account, rep: User) -> None:
    Attribute.objects.create(code="parcels", label="Parcels", kind="number", unit="a month")
    Account.objects.filter(pk=account.pk).update(attributes={"parcels": 1200})
    page = as_rep.get(LIST, {"column": ["industry", "attributes.parcels", "nonsense"]})
    assert [column.label for column in page.context["listing"].columns] == ["Industry", "Parcels"]
    assert "1,200 a month" in page.content.decode()
    assert "table-sticky" not in page.content.decode()


def test_the_columns_are_fetched_when_somebody_chooses(as_rep: Client, account: Account) -> None:
    query = {"column": ["industry", "owner"], "tier": "2"}
    path, ticked = reverse("account-columns"), r'value="([a-z_]+)"\s+checked'
    assert re.findall(ticked, as_rep.get(path).content.decode())[:3] == ["tier", "scores", "priority"]
    fetched = as_rep.get(path, query, headers={"HX-Request": "true"}).content.decode()
    assert set(re.findall(ticked, fetched)) == {"industry", "owner"}
    assert "<html" not in fetched
    page = as_rep.get(path, query).content.decode()
    assert set(re.findall(ticked, page)) == {"industry", "owner"}
    assert '<input type="hidden" name="tier" value="2">' in page
    assert '<input type="hidden" name="column"' not in page


def test_the_filters_keep_the_columns_while_nobody_opens_their_sheet(as_rep: Client, account: Account) -> None:
    kept = r'<input type="hidden" name="column" value="([a-z_]+)">'
    assert set(re.findall(kept, as_rep.get(LIST, {"column": ["industry", "owner"]}).content.decode())) == {
        "industry", "owner",
    }  # fmt: skip
    assert re.findall(kept, as_rep.get(LIST).content.decode()) == []


def test_the_usual_columns_need_no_address(as_rep: Client, account: Account) -> None:
    usual = ["tier", "scores", "priority", "committee", "last_touch", "owner"]
    response = as_rep.get(LIST, {"column": usual, "sort": "priority"}, headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == LIST


def test_the_export_has_the_columns_of_the_page(as_rep: Client, account: Account) -> None:
    Attribute.objects.create(code="parcels", label="Parcels", kind="number")
    Account.objects.filter(pk=account.pk).update(attributes={"parcels": 1200})
    heading, row = exported(as_rep, column="attributes.parcels")
    assert heading == ["Account", "Domain", "Parcels"]
    assert row == ["Acme Robotics", "acme.example", "1200"]


def test_it_narrows_by_what_the_installation_wants_to_know(
    as_marketer: Client, account: Account, other_account: Account
) -> None:
    kinds = {"parcels": "number", "since": "date", "shop": "choice", "own": "yes_no", "erp": "text"}
    for code, kind in kinds.items():
        choices = ["Shopify", "Magento"] if kind == "choice" else []
        Attribute.objects.create(code=code, label=code.upper(), kind=kind, is_filter=True, choices=choices)
    values = {"parcels": 1200, "since": "2026-01-05", "shop": "Shopify", "own": True, "erp": "SAP"}
    Account.objects.filter(pk=account.pk).update(attributes=values)
    Account.objects.filter(pk=other_account.pk).update(attributes={"parcels": 90, "own": False, "since": "2025-12-31"})
    for name, value in {
        "parcels.min": "100",
        "since.min": "2026-01-01",
        "shop": "Shopify",
        "own": "yes",
        "erp": "SAP",
    }.items():
        assert names(as_marketer, **{f"attributes.{name}": value}) == ["Acme Robotics"], name
    assert names(as_marketer, **{"attributes.parcels.max": "100"}) == ["Borealis Foods"]
    assert names(as_marketer, **{"attributes.parcels.max": "lots"}) == ["Acme Robotics", "Borealis Foods"]
    page = as_marketer.get(LIST, {"attributes.shop": "Shopify"}).content.decode()
    assert "SHOP: Shopify" in page
    assert "PARCELS, from" in as_marketer.get(reverse("account-filters")).content.decode()


def test_an_attribute_that_is_no_filter_is_not_asked(as_marketer: Client, account: Account) -> None:
    Attribute.objects.create(code="erp", label="ERP", kind="text")
    assert names(as_marketer, **{"attributes.erp": "SAP"}) == ["Acme Robotics"]


def test_it_narrows_to_stale_facts_and_sorts_by_them(as_rep: Client, account: Account, rep: User, now: object) -> None:
    Standing.objects.filter(account=account).update(stale_since_on="2026-02-01")
    Standing.objects.create(account=Account.objects.create(name="Fresh", normalized_name="fresh", owner=rep))
    assert names(as_rep, stale="true") == ["Acme Robotics"]
    assert names(as_rep, sort="stale") == ["Acme Robotics"]


def test_filters_in_force_stay_while_the_sheet_is_shut(as_rep: Client, account: Account) -> None:
    page = as_rep.get(LIST, {"country": "US"}).content.decode()
    assert '<input type="hidden" name="country" value="US">' in page
