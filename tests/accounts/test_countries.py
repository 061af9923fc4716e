"""Countries as files write them."""

import pytest

from abmhub.accounts.countries import called_for_short, code_of, name_of, suggestion_for


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Kenya", "KE"),
        ("united states", "US"),
        ("United States of America", "US"),
        ("USA", "US"),
        (" UK ", "GB"),
        ("DE", "DE"),
        ("deu", "DE"),
        ("Vietnam", "VN"),
        ("Türkiye", "TR"),
        ("Philipines", ""),
        ("Berlin", ""),
        ("", ""),
    ],
)
def test_names_and_codes_are_known(written: str, code: str) -> None:
    assert code_of(written) == code


def test_a_slip_of_the_pen_is_noticed() -> None:
    assert suggestion_for("Philipines") == "Philippines"
    assert suggestion_for("Untied States") == "United States"
    for city in ("Berlin", "Portland", "Dublin"):
        assert suggestion_for(city) == ""


def test_a_word_that_several_have_is_not_guessed() -> None:
    assert suggestion_for("Korea") == ""
    assert called_for_short("Korea") == ["North Korea", "South Korea"]
    assert called_for_short("Islands") == []


def test_people_read_a_name() -> None:
    assert name_of("US") == "United States"
    assert name_of("KE") == "Kenya"
    assert name_of("") == ""
