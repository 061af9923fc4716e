"""The list of accounts: which ones, and in what order?"""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import BuyingRole, Contact
from abmhub.users.models import User

pytestmark = pytest.mark.usefixtures("at_now")
LIST, EXPORT = reverse("account-list"), reverse("account-export")
QueryCount = Callable[[str], AbstractContextManager[None]]


def more_accounts(count: int, owner: User, **standing: object) -> list[Account]:
    """Accounts with falling priorities, each with a decision maker and a touch."""
    accounts = Account.objects.bulk_create(
        Account(name=f"Firm {number:03}", normalized_name=f"firm {number:03}", owner=owner) for number in range(count)
    )
    Standing.objects.bulk_create(
        Standing(**{"account": account, "priority": 200 - number % 200, **standing})
        for number, account in enumerate(accounts)
    )
    role, mail = BuyingRole.objects.get(code="decision_maker"), Channel.objects.get(code="mail")
    Contact.objects.bulk_create(Contact(account=account, name="Dana", buying_role=role) for account in accounts)
    Touch.objects.bulk_create(
        Touch(
            account=account,
            channel=mail,
            occurred_at=datetime.fromisoformat("2026-03-01T09:00:00+00:00"),
            summary="A letter",
            source="test",
            external_id=str(account.pk),
        )
        for account in accounts
    )
    return accounts


def names(browser: Client, **filters: str | int) -> list[str]:
    """The accounts of the first page, in their order."""
    response = browser.get(LIST, filters)
    assert response.status_code == 200
    return [row.account.name for row in response.context["rows"]]


def exported(browser: Client, **filters: str | int) -> list[list[str]]:
    response = browser.get(EXPORT, filters)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_a_rep_sees_the_own_accounts_and_no_others(
    as_rep: Client, as_other_rep: Client, as_marketer: Client, account: Account, other_account: Account
) -> None:
    assert names(as_rep) == ["Acme Robotics"]
    assert names(as_other_rep) == ["Borealis Foods"]
    assert names(as_marketer) == ["Acme Robotics", "Borealis Foods"]
    assert "1 account." in as_rep.get(LIST).content.decode()


def test_a_row_says_why_and_who_is_missing(as_rep: Client, account: Account, contacts: list[Contact]) -> None:
    page = as_rep.get(LIST).content.decode()
    assert "Fit 90, intent 75, engagement 66 and expected ACV 90,000 reach Tier 1." in page
    assert "3 of 4 roles known, 0 engaged" in page
    assert "Rana Haddad" in page


@pytest.mark.parametrize("words", ["robot", "ACME", "acme.exa", "ac", "A"])
def test_it_finds_by_name_or_domain(words: str, as_marketer: Client, account: Account, other_account: Account) -> None:
    assert names(as_marketer, q=words) == ["Acme Robotics"]


@pytest.mark.parametrize("words", ["ro", "example.org", "zzz", "%%%", "___"])
def test_it_does_not_find_what_is_not_there(words: str, as_marketer: Client, account: Account) -> None:
    assert names(as_marketer, q=words) == []
    assert "No account fits" in as_marketer.get(LIST, {"q": words}).content.decode()


def test_search_does_not_reveal_the_accounts_of_others(as_other_rep: Client, account: Account) -> None:
    assert names(as_other_rep, q="acme") == []


def test_it_narrows_by_tier(as_marketer: Client, account: Account, rep: User) -> None:
    more_accounts(1, rep, tier=Tier.objects.get(level=2))
    Standing.objects.create(account=Account.objects.create(name="Nought", normalized_name="nought"))
    assert names(as_marketer, tier=1) == ["Acme Robotics"]
    assert names(as_marketer, tier=2) == ["Firm 000"]
    assert names(as_marketer, tier=0) == ["Nought"]


def test_it_narrows_by_what_is_known_of_the_account(
    as_marketer: Client, account: Account, other_account: Account, rep: User
) -> None:
    Account.objects.filter(pk=account.pk).update(segment="enterprise")
    assert account.territory is not None
    for filters in (
        {"owner": rep.pk},
        {"territory": account.territory.pk},
        {"industry": "technology"},
        {"country": "US"},
        {"segment": "enterprise"},
        {"surging": "true"},
    ):
        assert names(as_marketer, **filters) == ["Acme Robotics"], filters
    assert names(as_marketer, owner=rep.pk, country="DE") == []


def test_it_narrows_to_accounts_without_a_decision_maker(
    as_marketer: Client, account: Account, contacts: list[Contact], other_account: Account
) -> None:
    assert names(as_marketer, no_decision_maker="true") == ["Borealis Foods"]


@pytest.mark.parametrize(
    "filters",
    [
        {"tier": "nine"},
        {"tier": "1e999"},
        {"tier": "-1"},
        {"owner": "abc"},
        {"owner": str(10**30)},
        {"segment": "giant"},
        {"sort": "fit"},
        {"q": "a" * 500},
        {"after": "[1]"},
        {"surging": "perhaps"},
        {"q": "\0"},
    ],
)
def test_a_filter_that_nobody_understands_is_ignored(
    filters: dict[str, str], as_marketer: Client, account: Account
) -> None:
    assert names(as_marketer, **filters) == ["Acme Robotics"]


def test_it_sorts(as_rep: Client, account: Account, rep: User, today: date) -> None:
    tier = Tier.objects.get(level=2)
    [older] = more_accounts(1, rep, priority=250, tier=tier, tier_since_on=today - timedelta(days=9))
    Standing.objects.create(account=Account.objects.create(name="Zeta", normalized_name="zeta", owner=rep))
    assert names(as_rep) == [older.name, "Acme Robotics", "Zeta"]
    assert names(as_rep, sort="name") == ["Acme Robotics", older.name, "Zeta"]
    assert names(as_rep, sort="tier_since") == ["Acme Robotics", older.name]


@pytest.mark.parametrize("sort", ["priority", "name", "tier_since"])
def test_pages_show_every_account_once_and_keep_the_filters(
    sort: str, as_rep: Client, rep: User, tier1: Tier, today: date
) -> None:
    accounts = more_accounts(120, rep, tier=tier1, tier_since_on=today)
    seen: list[str] = []
    path = f"{LIST}?tier=1&sort={sort}"
    while path:
        response = as_rep.get(path)
        seen += [row.account.name for row in response.context["rows"]]
        path = response.context["page"].next_url
        assert not path or f"tier=1&sort={sort}" in path
    assert sorted(seen) == [account.name for account in accounts]


def test_an_account_is_listed_before_its_first_night(as_rep: Client, rep: User) -> None:
    Account.objects.create(name="Fresh", normalized_name="fresh", owner=rep)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit does
    assert names(as_rep) == ["Fresh"]
    assert "Scored by the next night" in as_rep.get(LIST).content.decode()


def test_an_account_that_is_deleted_at_once_leaves_no_standing(db: None) -> None:
    Account.objects.create(name="Mistake", normalized_name="mistake").delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Standing.objects.exists()


def test_the_arrow_is_the_change_of_the_last_night(as_rep: Client, account: Account) -> None:
    Standing.objects.filter(account=account).update(previous_priority=200)
    [row] = as_rep.get(LIST).context["rows"]
    assert row.trend == 31
    Standing.objects.filter(account=account).update(computed_on=None)
    [row] = as_rep.get(LIST).context["rows"]
    assert row.trend is None


def test_the_address_that_people_share_has_no_empty_filters(as_rep: Client, account: Account) -> None:
    response = as_rep.get(LIST, {"q": "acme", "tier": "", "country": ""}, headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == f"{LIST}?q=acme"
    assert "HX-Push-Url" not in as_rep.get(LIST)


def test_a_chip_takes_its_filter_off(as_marketer: Client, account: Account) -> None:
    page = re.sub(r"\s+", " ", as_marketer.get(LIST, {"country": "US", "tier": "1"}).content.decode())
    assert "Country: United States" in page
    assert f'href="{LIST}?tier=1" aria-label="Remove the filter Country: United States"' in page


def test_emptiness_teaches(as_rep: Client, as_admin: Client, other_account: Account) -> None:
    assert "No account is yours yet" in as_rep.get(LIST).content.decode()
    Standing.objects.all().delete()
    Account.objects.all().delete()
    page = as_admin.get(LIST).content.decode()
    assert "No accounts yet" in page
    assert "accounts-filters" not in page, "where nothing is, nothing can be narrowed"
    assert "accounts-filters" in as_admin.get(LIST, {"tier": "1"}).content.decode()
    assert reverse("import-new") in page


def test_a_filter_that_has_nothing_to_choose_is_not_offered(as_marketer: Client, account: Account) -> None:
    Account.objects.update(territory=None)
    Territory.objects.all().delete()
    sheet = as_marketer.get(reverse("account-filters")).content.decode()
    assert 'name="owner"' in sheet
    assert 'name="territory"' not in sheet
    Account.objects.update(industry="")
    assert 'name="industry"' in sheet
    assert 'name="industry"' not in as_marketer.get(reverse("account-filters")).content.decode()


def test_the_export_is_what_the_list_shows(
    as_rep: Client, account: Account, other_account: Account, rep: User, today: date
) -> None:
    more_accounts(60, rep)
    heading, *rows = exported(as_rep)
    assert heading[:4] == ["Account", "Domain", "Tier", "Why"]
    assert len(rows) == 61
    assert rows[0][:3] == ["Acme Robotics", "acme.example", "Tier 1"]
    assert [row[0] for row in exported(as_rep, q="robotics")[1:]] == ["Acme Robotics"]
    assert [row[0] for row in exported(as_rep, sort="name", tier="0")[1:3]] == ["Firm 000", "Firm 001"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_no_formula_in_the_export(start: str, as_rep: Client, rep: User) -> None:
    account = Account.objects.create(name=f"{start}1+1", normalized_name="x", owner=rep)
    Standing.objects.create(account=account, fit=0)
    [_, row] = exported(as_rep)
    assert row[0] == f"'{start}1+1"
    assert row[4] == "0"


@pytest.mark.parametrize("filters", ["", "?tier=1&q=firm&sort=name", "?surging=true&sort=tier_since"])
def test_queries_do_not_grow_with_the_data(
    filters: str, as_rep: Client, account: Account, contacts: list[Contact], rep: User, query_count: QueryCount
) -> None:
    tier, day = Tier.objects.get(level=1), date(2026, 2, 1)
    more_accounts(2, rep, tier=tier, tier_since_on=day, intent=70)
    with query_count("account-list"):
        as_rep.get(LIST + filters)
    more_accounts(100, rep, tier=tier, tier_since_on=day, intent=70)
    with query_count("account-list"):
        as_rep.get(LIST + filters)


def test_an_export_asks_for_committees_a_thousand_at_once(
    as_rep: Client, account: Account, rep: User, query_count: QueryCount
) -> None:
    with query_count("account-export"):
        exported(as_rep)
    more_accounts(100, rep)
    with query_count("account-export"):
        exported(as_rep)


def test_beyond_what_is_counted_the_number_is_about(
    as_rep: Client, account: Account, rep: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_accounts(60, rep)
    assert "61 accounts." in as_rep.get(LIST).content.decode()
    monkeypatch.setattr("abmhub.web.long_list.COUNT_LIMIT", 40)
    assert re.search(r"about [\d,]+ accounts\.", as_rep.get(LIST).content.decode())


def test_of_very_many_the_number_is_about_unless_one_page_has_them_all(
    as_rep: Client, account: Account, rep: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.web.long_list.FEW", 0)
    monkeypatch.setattr("abmhub.web.long_list.THIN", 0)
    assert "1 account." in as_rep.get(LIST).content.decode()
    more_accounts(60, rep)
    assert re.search(r"about [\d,]+ accounts\.", as_rep.get(LIST).content.decode())


@pytest.mark.parametrize("few", [0, 10_000])
def test_a_few_are_sorted_as_many_are(
    few: int, as_rep: Client, rep: User, tier1: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.web.long_list.FEW", few)
    monkeypatch.setattr("abmhub.web.long_list.THIN", few)
    more_accounts(70, rep)
    found: list[str] = []
    path = LIST
    while path:
        response = as_rep.get(path)
        found += [row.account.name for row in response.context["rows"]]
        path = response.context["page"].next_url
    assert found == [f"Firm {number:03}" for number in range(70)]
