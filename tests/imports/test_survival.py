"""What a source may not say about a field stays as it was, whatever its files say."""

from datetime import datetime
from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.imports.models import SurvivorRule
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, uploaded

Rule = SurvivorRule.Rule
HEAD = "id,account,website,industry,employees,technologies,owner,customer base,maturity\n"
OURS = HEAD + "1,Nordic Hull,hull.example,retail,40,SAP,Rana Haddad,7,Growth\n"
THEIRS = HEAD + "1,Nordic Hull AS,,finance,50,Oracle,Oscar Lund,9,Established\n"


@pytest.fixture
def hull(take_in: TakeIn, rep: User, other_rep: User) -> None:
    take_in("accounts", OURS)


def rule(field: str, rule: str, source: str = "CRM") -> None:
    SurvivorRule.objects.create(kind="accounts", source=source, field=field, rule=rule)


def facts() -> dict[str, Any]:
    account = Account.objects.select_related("owner").get()
    return {
        "name": account.name,
        "normalized_name": account.normalized_name,
        "industry": account.industry,
        "employees": account.employees,
        "technologies": account.technologies,
        "owner": str(account.owner),
        "attributes": account.attributes,
    }


def test_without_a_rule_the_newest_value_survives(take_in: TakeIn, hull: None) -> None:
    take_in("accounts", THEIRS)
    assert facts() == {
        "name": "Nordic Hull AS",
        "normalized_name": "nordic hull",
        "industry": "finance",
        "employees": 50,
        "technologies": ["Oracle"],
        "owner": "Oscar Lund",
        "attributes": {"customer_base": 9, "maturity": "Established"},
    }


@pytest.mark.parametrize("strict", [Rule.FILL, Rule.NEVER])
@pytest.mark.parametrize(
    ("field", "fact"),
    [
        ("name", "name"), ("industry", "industry"), ("employees", "employees"), ("technologies", "technologies"),
        ("owner", "owner"),
    ],
)  # fmt: skip
def test_what_we_know_survives(take_in: TakeIn, hull: None, strict: str, field: str, fact: str) -> None:
    before = facts()
    rule(field, strict)
    take_in("accounts", THEIRS)
    assert facts()[fact] == before[fact]
    assert {name for name, value in facts().items() if value == before[name]} - {"normalized_name"} == {fact}


def test_rules_of_two_attributes_go_together(take_in: TakeIn, hull: None) -> None:
    rule("attributes.customer_base", Rule.NEVER)
    rule("attributes.maturity", Rule.FILL)
    take_in("accounts", THEIRS)
    assert facts()["attributes"] == {"customer_base": 7, "maturity": "Growth"}


def test_what_is_empty_is_filled_unless_the_source_may_never_say_it(take_in: TakeIn, hull: None) -> None:
    Account.objects.update(industry="", employees=None, technologies=[], owner=None, attributes={})
    for field in ("industry", "technologies", "attributes.maturity"):
        rule(field, Rule.FILL)
    for field in ("employees", "owner", "attributes.customer_base"):
        rule(field, Rule.NEVER)
    take_in("accounts", THEIRS)
    assert facts()["industry"] == "finance"
    assert facts()["technologies"] == ["Oracle"]
    assert (facts()["employees"], facts()["owner"]) == (None, "None")
    assert facts()["attributes"] == {"maturity": "Established"}


def test_a_new_account_has_no_fact_that_its_source_may_never_say(take_in: TakeIn, db: None) -> None:
    for field in ("name", "industry", "country", "domain", "attributes.maturity", "currency", "segment"):
        rule(field, Rule.NEVER)
    run = take_in(
        "accounts", HEAD.strip() + ",country,currency,segment\n1,Hull,h.example,retail,4,,,7,Growth,Kenya,EUR,smb\n"
    )
    assert figures_of(run) == {"rows": 1, "accepted": 1, "created": 1}
    account = Account.objects.get()
    assert (account.name, account.industry, account.country, account.domain) == ("Hull", "", "", None)
    assert (account.currency, account.segment, account.attributes) == ("USD", "", {"customer_base": 7})


def test_a_row_that_may_say_nothing_new_changes_nothing(take_in: TakeIn, hull: None) -> None:
    rule("industry", Rule.NEVER)
    run = take_in("accounts", "id,account,industry\n1,Nordic Hull,finance\n")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "unchanged": 1}


def test_a_rule_is_for_one_source(take_in: TakeIn, hull: None) -> None:
    rule("industry", Rule.NEVER, source="Register")
    take_in("accounts", THEIRS)
    assert facts()["industry"] == "finance"


def test_the_newest_may_be_said_to_be_the_rule(take_in: TakeIn, hull: None) -> None:
    rule("industry", Rule.NEWEST)
    take_in("accounts", THEIRS)
    assert facts()["industry"] == "finance"


def test_a_dry_run_tells_what_is_kept(hull: None, now: datetime) -> None:
    rule("industry", Rule.FILL)
    rule("attributes.maturity", Rule.NEVER)
    run = actions.check(run=uploaded("accounts", THEIRS, now), at=now)
    row = run.expected_rows.get()
    assert row.reason == "Kept: maturity, industry."
    changes = [field for field, _, _ in row.changes]
    assert "Customer base" in changes
    assert "Maturity" not in changes
    assert "Industry" not in changes
