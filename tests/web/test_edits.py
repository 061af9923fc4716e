"""Changing accounts by hand through the pages, and taking it back."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.editing import edit_accounts
from abmhub.accounts.models import Account, AccountEdit, Attribute, Standing
from abmhub.users.models import User
from tests.web.story import path_of, text_of

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]
HTMX = {"HX-Request": "true"}
MANY = reverse("account-edit-many")


@pytest.fixture
def parcels(db: None) -> Attribute:
    return Attribute.objects.create(code="parcels", label="Parcels", kind=Attribute.Kind.NUMBER)


def fact_path(account: Account, code: str) -> str:
    return reverse("account-edit", args=[account.pk, code])


def words_of(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


def shown_was(page: str) -> str:
    found = re.search(r'name="was" value="([^"]*)"', page)
    assert found
    return found[1].replace("&quot;", '"')


class TestOneFact:
    @pytest.mark.parametrize(
        ("code", "typed", "expected"),
        [
            ("industry", "retail", "retail"),
            ("country", "DE", "DE"),
            ("segment", "enterprise", "enterprise"),
            ("employees", "1200", 1200),
            ("employees", "", None),
            ("acv_amount", "12.50", 12.5),
            ("technologies", "SAP, Odoo, SAP", ["SAP", "Odoo"]),
            ("attributes.parcels", "1,200", 1200),
        ],
    )
    def test_it_is_changed_with_and_without_script(
        self, code: str, typed: str, expected: object, as_rep: Client, account: Account, parcels: Attribute
    ) -> None:
        path = fact_path(account, code)
        was = shown_was(words_of(as_rep.get(path)))
        response = as_rep.post(path, {"was": was, "value": typed}, headers=HTMX)
        assert response.status_code == 200
        assert "Undo" in words_of(response)
        again = Account.objects.get(pk=account.pk)
        assert (again.attributes.get("parcels") if "." in code else getattr(again, code)) == expected
        was = shown_was(words_of(as_rep.get(path)))
        assert as_rep.post(path, {"was": was, "value": typed}).status_code == 302

    def test_a_stale_form_says_so_and_loses_nothing(
        self, as_rep: Client, as_sales_manager: Client, account: Account
    ) -> None:
        path = fact_path(account, "industry")
        was = shown_was(words_of(as_rep.get(path, headers=HTMX)))
        as_sales_manager.post(path, {"was": was, "value": "retail"})
        response = as_rep.post(path, {"was": was, "value": "toys"}, headers=HTMX)
        page = words_of(response)
        assert response.status_code == 409
        assert "Selma Berg changed Industry to retail meanwhile" in page
        assert 'value="toys"' in page
        assert Account.objects.get(pk=account.pk).industry == "retail"
        as_rep.post(path, {"was": shown_was(page), "value": "toys"})
        assert Account.objects.get(pk=account.pk).industry == "toys"

    @pytest.mark.parametrize(
        ("code", "typed"),
        [
            ("employees", "many"),
            ("employees", "-1"),
            ("country", "XX"),
            ("currency", "euro"),
            ("founded_year", "3000"),
            ("attributes.parcels", "some"),
            ("technologies", "x" * 61),
        ],
    )
    def test_nonsense_is_told_and_changes_nothing(
        self, code: str, typed: str, as_rep: Client, account: Account, parcels: Attribute
    ) -> None:
        was = shown_was(words_of(as_rep.get(fact_path(account, code))))
        response = as_rep.post(fact_path(account, code), {"was": was, "value": typed}, headers=HTMX)
        assert response.status_code == 422
        assert "fact-error" in words_of(response)
        assert not AccountEdit.objects.exists()

    def test_a_mangled_form_is_refused(self, as_rep: Client, account: Account) -> None:
        assert as_rep.post(fact_path(account, "industry"), {"was": "{", "value": "x"}).status_code == 422

    def test_cancelling_brings_the_value_back(self, as_rep: Client, account: Account) -> None:
        page = words_of(as_rep.get(fact_path(account, "industry"), {"cancel": "yes"}, headers=HTMX))
        assert "Technology" in page
        assert "<form" not in page

    def test_the_account_page_offers_it_to_those_who_may(
        self, as_rep: Client, as_analyst: Client, account: Account, parcels: Attribute
    ) -> None:
        path = reverse("account-show", args=[account.pk])
        assert fact_path(account, "attributes.parcels") in words_of(as_rep.get(path))
        assert "/edit/" not in words_of(as_analyst.get(path))

    def test_a_name_that_is_no_fact_is_not_found(self, as_admin: Client, account: Account) -> None:
        assert as_admin.get(fact_path(account, "password")).status_code == 404


class TestMany:
    def test_the_ticked_are_changed_and_can_be_changed_back(
        self, as_admin: Client, account: Account, other_account: Account
    ) -> None:
        path = f"{MANY}?account={account.pk}&account={other_account.pk}&back=sort%3Dname"
        assert "Edit 2 accounts" in words_of(as_admin.get(path))
        response = as_admin.post(path, {"industry": "retail", "clear": ["country"]}, follow=True)
        assert response.redirect_chain == [(f"{reverse('account-list')}?sort=name", 302)]
        assert "2 accounts changed. Industry: retail; Country: none." in words_of(response)
        assert set(Account.objects.values_list("industry", "country")) == {("retail", "")}
        [edit] = AccountEdit.objects.all()
        as_admin.post(reverse("account-edit-undo", args=[edit.pk]))
        assert set(Account.objects.values_list("industry", "country")) == {("technology", "US"), ("", "")}

    def test_all_that_match_are_changed_and_no_others(
        self, as_admin: Client, account: Account, other_account: Account
    ) -> None:
        path = f"{MANY}?all=yes&back=q%3Dacme"
        assert "Edit 1 account" in words_of(as_admin.get(path))
        as_admin.post(path, {"segment": "smb"})
        assert Account.objects.get(segment="smb") == account

    def test_accounts_of_others_are_never_changed(
        self, as_rep: Client, account: Account, other_account: Account
    ) -> None:
        as_rep.post(f"{MANY}?account={account.pk}&account={other_account.pk}", {"industry": "retail"})
        assert Account.objects.get(industry="retail") == account
        as_rep.post(f"{MANY}?all=yes&back=", {"industry": "toys"})
        assert Account.objects.get(industry="toys") == account

    def test_a_rep_is_not_offered_what_managers_decide(self, as_rep: Client, account: Account, other_rep: User) -> None:
        path = f"{MANY}?account={account.pk}"
        page = words_of(as_rep.get(path))
        for code in ("owner", "territory", "is_target"):
            assert f'name="{code}"' not in page
        response = as_rep.post(path, {"owner": other_rep.pk, "is_target": "no"})
        assert response.status_code == 422
        again = Account.objects.get(pk=account.pk)
        assert (again.owner, again.is_target) == (account.owner, True)

    def test_too_many_are_not_taken(
        self, as_admin: Client, account: Account, other_account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("abmhub.web.edits.MOST_ACCOUNTS", 1)
        assert "Too many at once" in words_of(as_admin.get(f"{MANY}?all=yes&back="))

    def test_nothing_chosen_is_told(self, as_admin: Client, account: Account) -> None:
        response = as_admin.post(f"{MANY}?account={account.pk}", {})
        assert response.status_code == 422
        assert "Choose at least one fact" in words_of(response)

    def test_nothing_ticked_is_told(self, as_admin: Client, account: Account) -> None:
        assert "No account is ticked" in words_of(as_admin.get(MANY, {"account": "x"}))


class TestUndo:
    @pytest.fixture
    def edit(
        self, account: Account, other_account: Account, sales_manager: User, admin: User, now: datetime
    ) -> AccountEdit:
        edit = edit_accounts(accounts=Account.objects.all(), changes={"industry": "retail"}, by=admin, at=now)
        assert edit is not None
        return edit

    def test_what_was_changed_since_is_named(self, as_admin: Client, edit: AccountEdit, account: Account) -> None:
        Account.objects.filter(pk=account.pk).update(industry="toys")
        page = words_of(as_admin.post(reverse("account-edit-undo", args=[edit.pk]), follow=True))
        assert "Taken back on 1 account. Somebody has changed Acme Robotics since: they stay as they are." in page
        assert "No: changed since" in page

    def test_twice_is_told(self, as_admin: Client, edit: AccountEdit) -> None:
        path = reverse("account-edit-undo", args=[edit.pk])
        as_admin.post(path)
        assert "has been taken back already" in words_of(as_admin.post(path, follow=True))

    def test_the_edits_of_others_are_theirs(self, as_sales_manager: Client, edit: AccountEdit) -> None:
        assert as_sales_manager.get(reverse("account-edit-show", args=[edit.pk])).status_code == 404
        assert as_sales_manager.post(reverse("account-edit-undo", args=[edit.pk])).status_code == 404
        assert "Nothing was changed by hand" in words_of(as_sales_manager.get(reverse("account-edit-list")))

    def test_an_account_tells_what_was_changed_and_who_worked_it(
        self, as_admin: Client, account: Account, other_rep: User, admin: User, now: datetime, query_count: QueryCount
    ) -> None:
        for owner in (other_rep, None):
            edit_accounts(accounts=[account.pk], changes={"owner": owner, "employees": 5}, by=admin, at=now)
        with query_count("account-changes"):
            page = words_of(as_admin.get(reverse("account-changes", args=[account.pk])))
        assert "Oscar Lund" in page
        assert "900" in page

    def test_the_list_of_edits_does_not_ask_for_each(
        self, as_admin: Client, edit: AccountEdit, admin: User, now: datetime, query_count: QueryCount
    ) -> None:
        with query_count("account-edit-list"):
            as_admin.get(reverse("account-edit-list"))
        for name in ("toys", "food", "cars"):
            edit_accounts(accounts=Account.objects.all(), changes={"industry": name}, by=admin, at=now)
        with query_count("account-edit-list"):
            as_admin.get(reverse("account-edit-list"))
        with query_count("account-edit-show"):
            as_admin.get(reverse("account-edit-show", args=[edit.pk]))


def test_facts_are_confirmed_once_a_day(as_rep: Client, account: Account, today: date) -> None:
    Standing.objects.update(stale_since_on=today)
    assert "They are right" in as_rep.get(path_of(account)).content.decode()
    page = text_of(as_rep.post(reverse("account-confirm", args=[account.pk]), follow=True))
    assert "The facts of Acme Robotics are confirmed. From the next night on it may rise again." in page
    assert "They are right" not in page
    assert "by a person" in page
