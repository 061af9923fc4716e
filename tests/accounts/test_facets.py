"""What accounts can be narrowed to, read off the index value by value."""

import random

from abmhub.accounts.models import Account


def made(*facts: tuple[str, str]) -> None:
    Account.objects.bulk_create(
        Account(name=f"Firm {number}", normalized_name=f"firm {number}", industry=industry, country=country)
        for number, (industry, country) in enumerate(facts)
    )


def test_each_value_once_in_order_and_the_unknown_is_none(db: None) -> None:
    made(("retail", "KE"), ("finance", ""), ("retail", "DE"), ("", "KE"))
    assert Account.objects.facets() == {"industry": ["finance", "retail"], "country": ["DE", "KE"]}


def test_without_accounts_there_is_nothing_to_choose(db: None) -> None:
    assert Account.objects.facets() == {"industry": [], "country": []}


def test_it_finds_what_a_plain_set_finds(db: None) -> None:
    dice = random.Random(7)
    industries = ["", "a", "aa", "Ab", "b c", "ölmühle", "食品", "z"]
    countries = ["", "AE", "DE", "EG", "KE", "US"]
    facts = [(dice.choice(industries), dice.choice(countries)) for _ in range(60)]
    made(*facts)
    found = Account.objects.facets()
    assert set(found["industry"]) == {industry for industry, _ in facts} - {""}
    assert set(found["country"]) == {country for _, country in facts} - {""}
    assert all(len(values) == len(set(values)) for values in found.values())
