"""What may be wrong with a profile, told in sentences."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Attribute as CustomAttribute
from abmhub.scoring.linter import remarks
from abmhub.scoring.models import IcpCriterion, IcpProfile
from tests.scoring.conftest import MakeAccount, add_criterion

Attribute = IcpCriterion.Attribute


@pytest.fixture
def draft(db: None) -> IcpProfile:
    """A draft that asks for software with 60 points, and for 200 employees with 40."""
    draft = IcpProfile.objects.create(version=2, name="Draft")
    add_criterion(draft, "Software", attribute=Attribute.INDUSTRY, values=["software"], weight=60)
    add_criterion(draft, "Large", attribute=Attribute.EMPLOYEES, minimum=200, weight=40)
    return draft


def said(profile: IcpProfile) -> list[tuple[str, str]]:
    return [(remark.severity, remark.sentence) for remark in remarks(profile)]


def test_a_sound_draft_gets_no_remark(make_account: MakeAccount, draft: IcpProfile) -> None:
    make_account()
    make_account(industry="retail", employees=10)
    assert said(draft) == []


def test_a_draft_without_weight_and_weights_that_are_no_hundred_are_told(draft: IcpProfile) -> None:
    draft.criteria.filter(name="Large").update(weight=30)
    assert said(draft) == [
        ("info", "The weights sum to 90. Fit is a share of them all the same; 100 reads easier."),
    ]
    draft.criteria.all().delete()
    assert said(draft) == [("danger", "No criterion has a weight: no account would have a fit.")]


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        (
            {"attribute": Attribute.FOUNDED_YEAR, "minimum": 2010, "maximum": 2000},
            ("danger", "“New” asks for at least 2,010 and at most 2,000: no account can meet it."),
        ),
        (
            {"attribute": Attribute.INDUSTRY, "values": ["Software", "retail"], "is_disqualifier": True, "reason": "x"},
            ("danger", "Whoever meets “Software” is disqualified by “New”."),
        ),
        (
            {"attribute": Attribute.EMPLOYEES, "minimum": 100, "is_disqualifier": True, "reason": "x"},
            ("danger", "Whoever meets “Large” is disqualified by “New”."),
        ),
        (
            {"attribute": Attribute.INDUSTRY, "values": ["retail"], "weight": 10},
            ("warn", "“Software” and “New” exclude each other: nobody gets both 60 and 10 points."),
        ),
        (
            {"attribute": Attribute.EMPLOYEES, "maximum": 199, "weight": 10},
            ("warn", "“Large” and “New” exclude each other: nobody gets both 40 and 10 points."),
        ),
        (
            {"attribute": Attribute.COUNTRY, "values": ["XX"], "is_disqualifier": True},
            ("info", "“New” disqualifies without a reason: reps will ask why."),
        ),
    ],
)
def test_contradictions_are_told(draft: IcpProfile, fields: dict[str, Any], remark: tuple[str, str]) -> None:
    add_criterion(draft, "New", **fields)
    assert remark in said(draft)


def test_some_of_the_values_may_be_disqualified(draft: IcpProfile) -> None:
    draft.criteria.filter(name="Software").update(values=["software", "gambling"])
    add_criterion(
        draft, "Sin", attribute=Attribute.INDUSTRY, values=["Gambling"], is_disqualifier=True, reason="our rule"
    )
    assert ("warn", "“Software” gives points for gambling, which “Sin” disqualifies.") in said(draft)


def test_two_technologies_exclude_nobody(draft: IcpProfile) -> None:
    for name in ("SAP", "Oracle"):
        add_criterion(draft, name, attribute=Attribute.TECHNOLOGIES, values=[name], weight=1)
    assert not [sentence for _, sentence in said(draft) if "exclude" in sentence]


def test_what_accounts_say_to_it_is_told(
    make_account: MakeAccount, draft: IcpProfile, custom: dict[str, CustomAttribute]
) -> None:
    for number in range(10):
        make_account(country="US", founded_year=2001 if number == 0 else None)
    add_criterion(draft, "Parcels", attribute=Attribute.CUSTOM, custom=custom["number"], minimum=10, weight=5)
    add_criterion(draft, "Old", attribute=Attribute.FOUNDED_YEAR, maximum=1900, weight=5)
    add_criterion(draft, "Here", attribute=Attribute.COUNTRY, values=["US"], is_disqualifier=True, reason="all of us")
    found = said(draft)
    assert ("warn", "“Parcels” asks for Of number, which is not known of any account yet.") in found
    assert ("info", "“Old” asks for Founded in, which is known of 10% of the accounts.") in found
    assert ("warn", "No account meets “Old”.") in found
    assert ("danger", "Every account of which Country is known meets “Here”: it tells none apart.") in found
    assert ("warn", "Every account of which Industry is known meets “Software”: it tells none apart.") in found


def test_a_value_that_no_account_has_is_told_with_the_likeliest(make_account: MakeAccount, draft: IcpProfile) -> None:
    make_account(industry="Software", technologies=["Salesforce", "SAP"])
    make_account(industry="retail")
    draft.criteria.filter(name="Software").update(values=["Sofware", "software", "mining"])
    add_criterion(draft, "CRM", attribute=Attribute.TECHNOLOGIES, values=["Sales force"], weight=1)
    found = said(draft)
    assert ("warn", "“Software” asks for “Sofware”, which no account has. “Software” perhaps?") in found
    assert ("info", "“Software” asks for “mining”, which no account has.") in found
    assert ("warn", "“CRM” asks for “Sales force”, which no account has. “Salesforce” perhaps?") in found


def test_it_takes_as_many_queries_however_much_there_is(make_account: MakeAccount, draft: IcpProfile) -> None:
    counts = []
    for number in (1, 30):
        for each in range(number):
            make_account(technologies=[f"T{each}"])
            add_criterion(draft, f"T{each}", attribute=Attribute.TECHNOLOGIES, values=["T1"], weight=1)
        with CaptureQueriesContext(connection) as queries:
            remarks(draft)
        counts.append(len(queries))
    assert counts == [3, 3]
