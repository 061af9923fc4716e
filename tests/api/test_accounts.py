from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from abmhub.accounts.models import Account, Attribute, Standing
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.users.models import User
from tests.api.conftest import SignIn


def test_it_shows_a_rep_the_accounts_they_may_see_and_no_others(
    api_as: SignIn, rep: User, account: Account, other_account: Account
) -> None:
    answer = api_as(rep).get("/api/v1/accounts/").json()
    assert [row["name"] for row in answer["results"]] == ["Acme Robotics"]


def test_it_answers_404_for_an_account_of_another_territory(api_as: SignIn, rep: User, other_account: Account) -> None:
    client = api_as(rep)
    assert client.get(f"/api/v1/accounts/{other_account.pk}/").status_code == 404
    assert client.get(f"/api/v1/accounts/{other_account.pk}/menu/").status_code == 404


def test_it_tells_the_tier_with_its_reason_and_scores(api_as: SignIn, rep: User, account: Account) -> None:
    row = api_as(rep).get(f"/api/v1/accounts/{account.pk}/").json()
    assert row["tier"] == {"level": 1, "name": "Tier 1"}
    assert (row["fit"], row["intent"], row["engagement"]) == (90, 75, 66)
    assert "reach Tier 1" in row["reason"]


def test_it_shows_what_is_unknown_as_null(api_as: SignIn, analyst: User) -> None:
    bare = Account.objects.create(name="Unscored", normalized_name="unscored")
    row = api_as(analyst).get(f"/api/v1/accounts/{bare.pk}/").json()
    assert row["tier"] is None
    assert row["fit"] is None


def test_it_filters_by_tier_where_zero_means_none(
    api_as: SignIn, analyst: User, account: Account, other_account: Account
) -> None:
    Standing.objects.filter(account=other_account).update(tier=None)
    client = api_as(analyst)
    assert [row["id"] for row in client.get("/api/v1/accounts/?tier=1").json()["results"]] == [account.pk]
    assert [row["id"] for row in client.get("/api/v1/accounts/?tier=0").json()["results"]] == [other_account.pk]


def test_it_pages_without_gaps_or_repeats(api_as: SignIn, analyst: User) -> None:
    Account.objects.bulk_create(Account(name=f"Firm {n}", normalized_name=f"firm {n}") for n in range(120))
    client = api_as(analyst)
    seen: list[int] = []
    url = "/api/v1/accounts/"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 120


def test_it_serves_the_menu_with_promise_dates(
    api_as: SignIn, rep: User, account: Account, contacts: list[Contact], tactic: Tactic, envelope: Envelope
) -> None:
    menu = api_as(rep).get(f"/api/v1/accounts/{account.pk}/menu/").json()
    offer = next(offer for offer in menu["offers"] if offer["tactic"] == tactic.pk)
    assert menu["tier"]["level"] == 1
    assert offer["unit_cost"] == "40.00"
    assert offer["promise_on"]


def test_it_knows_custom_attributes_that_are_in_use(api_as: SignIn, rep: User, account: Account, now: datetime) -> None:
    Account.objects.filter(pk=account.pk).update(attributes={"budget": 1200, "maturity": "Growth", "gone": 1})
    Attribute.objects.filter(code="maturity").update(archived_at=now)
    assert api_as(rep).get(f"/api/v1/accounts/{account.pk}/").json()["attributes"] == {"budget": 1200}


def test_it_filters_as_the_account_list_does(
    api_as: SignIn, analyst: User, account: Account, other_account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(attributes={"maturity": "Growth"}, refreshed_from="CRM")
    Standing.objects.filter(account=other_account).update(stale_since_on="2026-03-01")
    client = api_as(analyst)

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(f"/api/v1/accounts/?{query}").json()["results"]]

    assert found("attributes.maturity=Growth") == [account.pk]
    assert found("stale=true") == [other_account.pk]
    assert found("q=boreal") == found("name=boreal") == found("domain=borealis.example") == [other_account.pk]
    assert client.get("/api/v1/accounts/?attributes.maturity=Ripe").status_code == 400


def patch(client: APIClient, account: Account, was: object, value: object) -> Any:
    return client.patch(f"/api/v1/accounts/{account.pk}/", {"was": was, "value": value}, format="json")


def test_facts_are_changed_by_whoever_says_what_they_were(api_as: SignIn, rep: User, account: Account) -> None:
    was = {"employees": 900, "industry": "technology", "attributes": {"budget": None, "maturity": ""}}
    value = {"employees": 950, "industry": "retail", "attributes": {"budget": "1,200", "maturity": "growth"}}
    answer = patch(api_as(rep), account, was, value)
    assert answer.status_code == 200
    row = answer.json()
    assert (row["employees"], row["industry"]) == (950, "retail")
    assert row["attributes"] == {"budget": 1200, "maturity": "Growth"}


def test_what_somebody_changed_meanwhile_is_not_overwritten(api_as: SignIn, rep: User, account: Account) -> None:
    answer = patch(
        api_as(rep), account, {"industry": "technology", "employees": 800}, {"industry": "retail", "employees": 950}
    )
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "stale_form"
    account.refresh_from_db()
    assert (account.industry, account.employees) == ("technology", 900)


@pytest.mark.parametrize(
    ("was", "value", "attr"),
    [
        ({"employees": 900}, {"employees": "many"}, "value.employees"),
        (
            {"attributes": {"customer_base": None}},
            {"attributes": {"customer_base": "many"}},
            "value.attributes",
        ),
        ({"attributes": {"colour": None}}, {"attributes": {"colour": "red"}}, "was.attributes"),
        ({"employees": 900}, {"industry": "retail"}, "non_field_errors"),
        ({"tier": 1}, {"tier": 2}, "was.non_field_errors"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    api_as: SignIn, rep: User, account: Account, was: object, value: object, attr: str
) -> None:
    answer = patch(api_as(rep), account, was, value)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(attr)


def test_only_those_who_may_change_facts(
    api_as: SignIn, rep: User, other_rep: User, marketer: User, account: Account
) -> None:
    facts = ({"industry": "technology"}, {"industry": "retail"})
    assert patch(api_as(marketer), account, *facts).status_code == 403
    assert patch(api_as(other_rep), account, *facts).status_code == 404
    assert patch(api_as(rep), account, {"is_target": True}, {"is_target": False}).status_code == 403
    account.refresh_from_db()
    assert (account.industry, account.is_target) == ("technology", True)
