"""Fit: the share of known weight that is met; the night's statement against a hand and the row's own verdict."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from abmhub.accounts.models import Account
from abmhub.accounts.models import Attribute as CustomAttribute
from abmhub.scoring import scores
from abmhub.scoring.fit import fit_of
from abmhub.scoring.models import IcpCriterion, IcpProfile
from tests.kept import kept
from tests.scoring.conftest import TODAY, MakeAccount, add_criterion, random_attributes, random_question

Attribute = IcpCriterion.Attribute


def fits() -> dict[int, tuple[int | None, str]]:
    """Fit and disqualifiers by account, as the night keeps them."""
    scores.gather_signals(TODAY)
    scores.gather(TODAY)
    return {row["account_id"]: (row["fit"], row["disqualified_by"]) for row in kept("tonight_score")}


@pytest.mark.parametrize(
    ("fields", "fit"),
    [
        ({}, 100),
        ({"industry": "retail"}, 70),
        ({"industry": "Software"}, 100),
        ({"employees": 200}, 100),
        ({"employees": 199}, 70),
        ({"founded_year": 2019}, 100),
        ({"founded_year": 2020}, 85),
        ({"industry": ""}, 100),  # unknown is no miss
        ({"industry": "", "employees": 10}, 57),  # 40 of 70
        ({"annual_revenue_amount": None, "founded_year": None, "employees": None}, None),  # 30 known, 40 needed
        ({"industry": "", "employees": None}, 100),  # 40 known: enough
        ({"industry": "", "employees": None, "annual_revenue_amount": None, "founded_year": None}, None),
        ({"currency": "JPY", "annual_revenue_amount": 26_000_000}, 100),  # other money is unknown, no miss
        ({"currency": "JPY", "annual_revenue_amount": 1, "industry": "retail"}, 60),  # 45 of 75
    ],
)
def test_fit_is_the_share_of_known_weight_that_is_met(
    make_account: MakeAccount, profile: IcpProfile, fields: dict[str, Any], fit: int | None
) -> None:
    account = make_account(**fields)
    assert fits()[account.pk] == (fit, "")
    assert fit_of(account).score == fit


def test_it_says_what_was_met_missed_and_unknown(make_account: MakeAccount, profile: IcpProfile) -> None:
    fit = fit_of(make_account(industry="retail", founded_year=None))
    assert [(each.name, each.weight, each.verdict, each.found) for each in fit.criteria] == [
        ("Industry we know well", 30, "missed", "retail"),
        ("200 employees or more", 30, "met", "900"),
        ("Revenue of 25 million or more", 25, "met", "80,000,000 USD"),
        ("Founded before 2020", 15, "unknown", ""),
    ]
    assert (fit.met_weight, fit.known_weight, fit.total_weight) == (55, 85, 100)


def test_a_disqualifier_makes_fit_0_and_gives_the_reason(make_account: MakeAccount, profile: IcpProfile) -> None:
    for name, country in (("Under embargo", "XX"), ("Not served", "XX"), ("Elsewhere", "YY")):
        add_criterion(profile, name, attribute=Attribute.COUNTRY, values=[country], is_disqualifier=True, weight=0)
    barred, fine, unknown = make_account(country="XX"), make_account(country="US"), make_account(country="")
    found = fits()
    assert found[barred.pk] == (0, "Under embargo, Not served")
    assert found[fine.pk] == found[unknown.pk] == (100, "")
    assert fit_of(barred).disqualified_by == "Under embargo, Not served"
    assert fit_of(barred).score == 0


def test_without_a_profile_fit_is_unknown(make_account: MakeAccount, profile: IcpProfile) -> None:
    profile.delete()
    account = make_account()
    assert fits()[account.pk] == (None, "")
    assert fit_of(account).score is None


def test_what_people_type_never_becomes_part_of_the_statement(make_account: MakeAccount, profile: IcpProfile) -> None:
    nasty = "50% of %(as_of)s {values} '; DROP TABLE users_user; --"
    add_criterion(profile, nasty[:100], attribute=Attribute.INDUSTRY, values=[nasty], is_disqualifier=True)
    account = make_account(industry=nasty)
    assert fits()[account.pk] == (0, nasty)


@pytest.mark.parametrize(
    ("kind", "asked", "said", "verdict"),
    [
        ("number", {"minimum": 4}, 4, "met"),
        ("number", {"minimum": 4, "maximum": "4.1"}, 4.1, "met"),
        ("number", {"maximum": 4}, 4.1, "missed"),
        ("money", {"minimum": 100}, 99.99, "missed"),
        ("date", {"minimum": 2024}, "2024-01-01", "met"),
        ("date", {"maximum": 2023}, "2024-01-01", "missed"),
        ("choice", {"values": ["3PL", "Mixed"]}, "Mixed", "met"),
        ("text", {"values": ["parcel"]}, "Parcel", "met"),
        ("yes_no", {"values": ["yes"]}, True, "met"),
        ("yes_no", {"values": ["yes"]}, False, "missed"),
        ("yes_no", {"values": ["no"]}, None, "unknown"),
    ],
)
def test_a_criterion_may_ask_for_a_custom_attribute(
    make_account: MakeAccount,
    profile: IcpProfile,
    custom: dict[str, CustomAttribute],
    kind: str,
    asked: dict[str, Any],
    said: Any,
    verdict: str,
) -> None:
    profile.criteria.all().delete()
    add_criterion(profile, "Shipping", attribute=Attribute.CUSTOM, custom=custom[kind], **asked)
    account = make_account(attributes={} if said is None else {f"of_{kind}": said})
    fit = fit_of(Account.objects.get(pk=account.pk))
    assert [each.verdict for each in fit.criteria] == [verdict]
    assert fits()[account.pk] == (fit.score, "")
    assert fit.score == {"met": 100, "missed": 0, "unknown": None}[verdict]


@pytest.mark.parametrize(
    ("kind", "asked", "words"),
    [
        ("number", {"values": ["4"]}, "it needs a minimum or a maximum"),
        ("choice", {"minimum": 4}, "it needs values"),
        ("choice", {"values": ["Elsewhere"]}, "Choose one of Own, 3PL, Mixed"),
        ("yes_no", {"values": ["perhaps"]}, "Say yes or no"),
    ],
)
def test_a_question_that_the_attribute_cannot_answer_is_refused(
    profile: IcpProfile, custom: dict[str, CustomAttribute], kind: str, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        IcpCriterion(profile=profile, name="Odd", attribute=Attribute.CUSTOM, custom=custom[kind], **asked).full_clean()


def test_values_are_kept_as_the_attribute_writes_them(profile: IcpProfile, custom: dict[str, CustomAttribute]) -> None:
    criterion = IcpCriterion(
        profile=profile, name="Own", attribute=Attribute.CUSTOM, custom=custom["yes_no"], values=["TRUE"]
    )
    criterion.full_clean()
    assert criterion.values == ["yes"]


def test_the_reason_of_a_disqualifier_is_told(make_account: MakeAccount, profile: IcpProfile) -> None:
    add_criterion(
        profile,
        "Under embargo",
        attribute=Attribute.COUNTRY,
        values=["XX"],
        is_disqualifier=True,
        reason="No licence to sell there.",
    )
    barred = make_account(country="XX")
    assert fits()[barred.pk] == (0, "Under embargo (No licence to sell there)")
    assert fit_of(barred).disqualified_by == "Under embargo (No licence to sell there)"


@pytest.mark.parametrize(
    "fields",
    [
        {"attribute": Attribute.EMPLOYEES},
        {"attribute": Attribute.CUSTOM, "values": ["own"]},
        {"attribute": Attribute.EMPLOYEES, "minimum": 1, "values": ["1"]},
        {"attribute": Attribute.INDUSTRY},
        {"attribute": Attribute.INDUSTRY, "values": ["software"], "minimum": 1},
        {"attribute": Attribute.INDUSTRY, "values": ["software"], "weight": 0},
    ],
)
def test_a_criterion_that_asks_nothing_is_refused(profile: IcpProfile, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IcpCriterion(profile=profile, name="Nothing", **fields).full_clean()
    with pytest.raises(IntegrityError):
        add_criterion(profile, "Nothing", **fields)


INDUSTRIES = ["", "Software", "retail", "FINANCE"]


def random_criterion(dice: Random, profile: IcpProfile, custom: list[CustomAttribute], number: int) -> None:
    attribute = dice.choice([*Attribute, *[Attribute.CUSTOM] * 5])
    fields: dict[str, Any] = {"weight": dice.randrange(1, 40), "is_disqualifier": dice.random() < 0.15}
    fields["reason"] = dice.choice(["", "by law"])
    if attribute == Attribute.CUSTOM:
        fields["custom"] = dice.choice(custom)
        fields |= random_question(dice, fields["custom"])
    elif attribute in IcpCriterion.NUMBERS:
        minimum = Decimal(dice.randrange(0, 2100))
        fields["minimum"] = dice.choice([None, minimum])
        fields["maximum"] = minimum + dice.randrange(500) if fields["minimum"] is None or dice.random() < 0.5 else None
    else:
        words = {Attribute.COUNTRY: ["US", "de", "FR"], Attribute.SEGMENT: ["smb", "enterprise"]}
        fields["values"] = dice.sample(words.get(attribute, ["software", "Finance", "SAP"]), 2)
    add_criterion(profile, f"Criterion {number}", attribute=attribute, **fields)


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_verdict_of_each_row(
    make_account: MakeAccount, profile: IcpProfile, custom: dict[str, CustomAttribute], seed: int
) -> None:
    dice = Random(seed)
    profile.criteria.all().delete()
    IcpProfile.objects.filter(pk=profile.pk).update(minimum_known_percent=dice.choice([0, 40, 75, 100]))
    for number in range(10):
        random_criterion(dice, profile, list(custom.values()), number)
    accounts = [
        make_account(
            industry=dice.choice(INDUSTRIES),
            country=dice.choice(["", "US", "DE"]),
            segment=dice.choice(["", "smb", "enterprise"]),
            employees=dice.choice([None, dice.randrange(2500)]),
            annual_revenue_amount=dice.choice([None, Decimal(dice.randrange(250_000)) / 100]),
            founded_year=dice.choice([None, dice.randrange(1900, 2026)]),
            technologies=dice.sample(["sap", "FINANCE", "Postgres"], dice.randrange(3)),
            currency=dice.choice(["USD", "USD", "EUR"]),
            attributes=random_attributes(dice),
        )
        for _ in range(40)
    ]
    found = fits()
    expected = {account.pk: fit_of(Account.objects.get(pk=account.pk)) for account in accounts}
    assert found == {pk: (fit.score, fit.disqualified_by) for pk, fit in expected.items()}
